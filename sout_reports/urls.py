"""URLs of СОУТ reports: what a SOUT organization brings, and what an employer reads."""

from django.urls import path

from sout_reports.views.brought import brought
from sout_reports.views.download import download
from sout_reports.views.history import history
from sout_reports.views.protocol import protocol
from sout_reports.views.receipt import receipt
from sout_reports.views.receipt_pdf import receipt_pdf
from sout_reports.views.refusal import problems_file, refusal, refused_file
from sout_reports.views.report import report
from sout_reports.views.reports import reports
from sout_reports.views.reveal_snils import reveal_snils
from sout_reports.views.status import status
from sout_reports.views.upload import upload
from sout_reports.views.workplace import workplace
from sout_reports.views.workplaces import workplaces

app_name = "sout_reports"
urlpatterns = [
    path("import/", upload, name="upload"),
    path("brought/", brought, name="brought"),
    path("brought/<uuid:uid>/", receipt, name="receipt"),
    path("brought/<uuid:uid>/status/", status, name="status"),
    path("brought/<uuid:uid>/receipt.pdf", receipt_pdf, name="receipt_pdf"),
    path("brought/<uuid:uid>/problems/", refusal, name="refusal"),
    path("brought/<uuid:uid>/problems.<str:extension>", problems_file, name="problems_file"),
    path("brought/<uuid:uid>/file/", refused_file, name="refused_file"),
    path("reports/", reports, name="reports"),
    path("reports/<uuid:uid>/", report, name="report"),
    path("reports/<uuid:uid>/workplaces/", workplaces, name="workplaces"),
    path("reports/<uuid:uid>/workplaces/<int:ordinal>/", workplace, name="workplace"),
    path("reports/<uuid:uid>/workplaces/<int:ordinal>/snils/", reveal_snils, name="reveal_snils"),
    path("reports/<uuid:uid>/protocols/<int:ordinal>/", protocol, name="protocol"),
    path("reports/<uuid:uid>/history/", history, name="history"),
    path("reports/<uuid:uid>/download/", download, name="download"),
]
