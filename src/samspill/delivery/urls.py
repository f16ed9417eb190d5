from django.urls import path

from samspill.delivery import views

urlpatterns = [path("<slug:code>", views.short_address, name="short_address")]
