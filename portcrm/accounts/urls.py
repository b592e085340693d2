from django.urls import path

from portcrm.accounts.views import departments, own, passwords, people

app_name = "accounts"
urlpatterns = [
    path("", people.people, name="people"),
    path("add/", people.person_create, name="person_create"),
    path("<int:pk>/", people.person, name="person"),
    path("<int:pk>/edit/", people.person_edit, name="person_edit"),
    path("<int:pk>/invite/", people.person_invite, name="person_invite"),
    path("<int:pk>/close/", people.person_close, name="person_close"),
    path("<int:pk>/reopen/", people.person_reopen, name="person_reopen"),
    path("departments/", departments.departments, name="departments"),
    path("departments/add/", departments.department_create, name="department_create"),
    path("departments/<int:pk>/", departments.department_edit, name="department_edit"),
    path("me/", own.profile, name="profile"),
    path("me/password/", own.password_change, name="password_change"),
    path("me/second-factor.svg", own.second_factor_code, name="second_factor_code"),
    path("password/ask/", passwords.password_ask, name="password_ask"),
    path("password/<uidb64>/<token>/", passwords.password_choose, name="password_choose"),
]
