from django.urls import path

from apps.chat.api.commands import CommandView

urlpatterns = [path("chat/commands/", CommandView.as_view(), name="chat-commands")]
