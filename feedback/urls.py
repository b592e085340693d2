from django.urls import path

from feedback.views import charts, complaint_work, complaints, customer_tabs, overview, programmes, responses, wave_results, waves

app_name = "feedback"
urlpatterns = [
    path("overview/", overview.overview, name="overview"),
    path("waves/", waves.wave_list, name="wave_list"),
    path("waves/<int:pk>/", waves.wave, name="wave"),
    path("waves/<int:pk>/invitations/", waves.wave_invitations, name="wave_invitations"),
    path("waves/<int:pk>/skips/", waves.wave_skips, name="wave_skips"),
    path("waves/<int:pk>/items/", charts.wave_items, name="wave_items"),
    path("waves/<int:pk>/pause/", waves.wave_pause, name="wave_pause"),
    path("waves/<int:pk>/resume/", waves.wave_resume, name="wave_resume"),
    path("waves/<int:pk>/close/", waves.wave_close, name="wave_close"),
    path("waves/<int:pk>/compute/", waves.wave_compute, name="wave_compute"),
    path("waves/<int:pk>/loop/", wave_results.wave_loop, name="wave_loop"),
    path("waves/<int:pk>/question/", charts.question_trend_chart, name="question_trend_chart"),
    path("trend/", charts.trend_chart, name="trend_chart"),
    path("programmes/", programmes.programme_list, name="programme_list"),
    path("programmes/new/", programmes.programme_create, name="programme_create"),
    path("programmes/<int:pk>/edit/", programmes.programme_edit, name="programme_edit"),
    path("programmes/<int:pk>/start/", programmes.programme_start, name="programme_start"),
    path("questionnaires/<int:pk>/", programmes.questionnaire, name="questionnaire"),
    path("responses/", responses.response_list, name="response_list"),
    path("responses/<int:pk>/", responses.response, name="response"),
    path("complaints/", complaints.complaint_list, name="complaint_list"),
    path("complaints/new/", complaints.complaint_create, name="complaint_create"),
    path("complaints/<int:pk>/", complaints.complaint, name="complaint"),
    path("complaints/<int:pk>/edit/", complaints.complaint_edit, name="complaint_edit"),
    path("complaints/<int:pk>/assign/", complaint_work.complaint_assign, name="complaint_assign"),
    path("complaints/<int:pk>/answer/", complaint_work.complaint_answer, name="complaint_answer"),
    path("complaints/<int:pk>/close/", complaint_work.complaint_close, name="complaint_close"),
    path("complaints/<int:pk>/note/", complaint_work.complaint_note, name="complaint_note"),
    path("customers/<int:pk>/opinions/", customer_tabs.customer_opinions, name="customer_opinions"),
    path("customers/<int:pk>/complaints/", customer_tabs.customer_complaints, name="customer_complaints"),
    path("panel/", customer_tabs.panel, name="panel"),
]
