from django.urls import path

from simulators.plugin import views

app_name = "plugin"
urlpatterns = [
    path("signer/certificates", views.certificates, name="certificates"),
    path("signer/sign", views.sign_content, name="sign"),
]
