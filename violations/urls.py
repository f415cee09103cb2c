"""URLs of «Контроль»."""

from django.urls import path

from violations.views.attachment import attachment
from violations.views.commission_members import commission_member, commission_members
from violations.views.expertise import expertise
from violations.views.expertise_pdf import expertise_pdf
from violations.views.flag import flag
from violations.views.flag_answer import flag_answer
from violations.views.flags import flags
from violations.views.inspect_flag import inspect_flag
from violations.views.inspect_flags import inspect_flags
from violations.views.inspect_review import inspect_ask, inspect_confirm, inspect_dismiss
from violations.views.message import message, message_answer, message_read
from violations.views.message_file import message_file
from violations.views.message_pdf import message_pdf
from violations.views.messages import messages
from violations.views.opinion import opinion, opinion_document, opinion_withdraw, protocol_opinion
from violations.views.protocol import protocol
from violations.views.protocol_commission import protocol_commission, protocol_decline
from violations.views.protocol_document import protocol_document, protocol_preview
from violations.views.protocol_edit import protocol_check, protocol_edit
from violations.views.protocol_import import protocol_import
from violations.views.protocol_new import protocol_new
from violations.views.protocol_pdf import protocol_pdf
from violations.views.protocol_sign import protocol_sign
from violations.views.protocol_withdraw import protocol_return, protocol_withdraw
from violations.views.protocols import protocols
from violations.views.rules import rules
from violations.views.sent_message import (
    sent_message,
    sent_message_correct,
    sent_message_discard,
    sent_message_new,
    sent_message_status,
    sent_message_withdraw,
)
from violations.views.sent_message_edit import sent_message_edit
from violations.views.sent_message_recipients import sent_message_recipients
from violations.views.sent_message_send import sent_message_send
from violations.views.sent_messages import sent_messages
from violations.views.sent_thread import sent_thread, sent_thread_close
from violations.views.supervised import supervised
from violations.views.supervised_organization import supervised_organization

app_name = "violations"
urlpatterns = [
    path("flags/", flags, name="flags"),
    path("flags/<int:pk>/", flag, name="flag"),
    path("flags/<int:pk>/answer/", flag_answer, name="flag_answer"),
    path("attachments/<uuid:uid>/", attachment, name="attachment"),
    path("inspection/flags/", inspect_flags, name="inspect_flags"),
    path("inspection/flags/<int:pk>/", inspect_flag, name="inspect_flag"),
    path("inspection/flags/<int:pk>/ask/", inspect_ask, name="inspect_ask"),
    path("inspection/flags/<int:pk>/confirm/", inspect_confirm, name="inspect_confirm"),
    path("inspection/flags/<int:pk>/dismiss/", inspect_dismiss, name="inspect_dismiss"),
    path("inspection/organizations/", supervised, name="supervised"),
    path("inspection/organizations/<int:pk>/", supervised_organization, name="supervised_organization"),
    path("reports/<uuid:uid>/expertise/", expertise, name="expertise"),
    path("reports/<uuid:uid>/expertise.pdf", expertise_pdf, name="expertise_pdf"),
    path("members/", commission_members, name="commission_members"),
    path("members/<int:pk>/", commission_member, name="commission_member"),
    path("rules/", rules, name="rules"),
    path("protocols/", protocols, name="protocols"),
    path("protocols/new/", protocol_new, name="protocol_new"),
    path("protocols/import/", protocol_import, name="protocol_import"),
    path("protocols/<uuid:uid>/", protocol, name="protocol"),
    path("protocols/<uuid:uid>/edit/", protocol_edit, name="protocol_edit"),
    path("protocols/<uuid:uid>/check/", protocol_check, name="protocol_check"),
    path("protocols/<uuid:uid>/preview/", protocol_preview, name="protocol_preview"),
    path("protocols/<uuid:uid>/document.xml", protocol_document, name="protocol_document"),
    path("protocols/<uuid:uid>/protocol.pdf", protocol_pdf, name="protocol_pdf"),
    path("protocols/<uuid:uid>/sign/", protocol_sign, name="protocol_sign"),
    path("protocols/<uuid:uid>/commission/", protocol_commission, name="protocol_commission"),
    path("protocols/<uuid:uid>/commission/decline/", protocol_decline, name="protocol_decline"),
    path("protocols/<uuid:uid>/commission/opinion/", protocol_opinion, name="protocol_opinion"),
    path("opinions/<uuid:uid>/", opinion, name="opinion"),
    path("opinions/<uuid:uid>/opinion.txt", opinion_document, name="opinion_document"),
    path("opinions/<uuid:uid>/withdraw/", opinion_withdraw, name="opinion_withdraw"),
    path("protocols/<uuid:uid>/return/", protocol_return, name="protocol_return"),
    path("protocols/<uuid:uid>/withdraw/", protocol_withdraw, name="protocol_withdraw"),
    path("messages/", messages, name="messages"),
    path("messages/<uuid:uid>/", message, name="message"),
    path("messages/<uuid:uid>/answer/", message_answer, name="message_answer"),
    path("messages/<uuid:uid>/read/", message_read, name="message_read"),
    path("messages/<uuid:uid>/message.pdf", message_pdf, name="message_pdf"),
    path("message-files/<int:pk>/", message_file, name="message_file"),
    path("sent-messages/", sent_messages, name="sent_messages"),
    path("sent-messages/new/", sent_message_new, name="sent_message_new"),
    path("sent-messages/<uuid:uid>/", sent_message, name="sent_message"),
    path("sent-messages/<uuid:uid>/edit/", sent_message_edit, name="sent_message_edit"),
    path("sent-messages/<uuid:uid>/recipients/", sent_message_recipients, name="sent_message_recipients"),
    path("sent-messages/<uuid:uid>/send/", sent_message_send, name="sent_message_send"),
    path("sent-messages/<uuid:uid>/status/", sent_message_status, name="sent_message_status"),
    path("sent-messages/<uuid:uid>/correct/", sent_message_correct, name="sent_message_correct"),
    path("sent-messages/<uuid:uid>/discard/", sent_message_discard, name="sent_message_discard"),
    path("sent-messages/<uuid:uid>/withdraw/", sent_message_withdraw, name="sent_message_withdraw"),
    path("sent-messages/<uuid:uid>/threads/<uuid:recipient>/", sent_thread, name="sent_thread"),
    path("sent-messages/<uuid:uid>/threads/<uuid:recipient>/close/", sent_thread_close, name="sent_thread_close"),
]
