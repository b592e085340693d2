from django.urls import path

from feedback.views import complaint_files, complaint_form, complaint_word, declining, opinion_form, opting_out, suggestion_form

app_name = "opinion"
urlpatterns = [
    path("complaint/", complaint_form.complaint, name="complaint"),
    path("complaint/<str:token>/", complaint_form.complaint_status, name="complaint_status"),
    path("complaint/<str:token>/files/", complaint_files.complaint_files, name="complaint_files"),
    path("complaint/<str:token>/word/", complaint_word.complaint_word, name="complaint_word"),
    path("suggestion/", suggestion_form.suggestion, name="suggestion"),
    path("suggestion/<str:token>/", suggestion_form.suggestion_receipt, name="suggestion_receipt"),
    path("<str:token>/", opinion_form.form, name="form"),
    path("<str:token>/save/", opinion_form.save, name="save"),
    path("<str:token>/stop/", opting_out.opt_out_page, name="opt_out"),
    path("<str:token>/decline/", declining.decline_page, name="decline"),
    path("<str:token>/copy/", opinion_form.copy, name="copy"),
    path("<str:token>/thanks/", opinion_form.thanks, name="thanks"),
    path("<str:token>/<int:number>/", opinion_form.form_page, name="form_page"),
]
