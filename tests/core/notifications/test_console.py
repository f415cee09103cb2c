"""Letters in the terminal of development."""

from io import StringIO

from django.core.mail import EmailMultiAlternatives

from core.notifications.console import EmailBackend


def test_a_letter_in_the_terminal_can_be_read():
    letter = EmailMultiAlternatives("Отчёт поступил", "Откройте отчёт:\nhttps://lkot.example/\n", to=["ot@zmz.example"])
    letter.attach_alternative("<p>Откройте отчёт</p>", "text/html")
    terminal = StringIO()
    assert EmailBackend(stream=terminal).send_messages([letter]) == 1
    said = "\nПисьмо для ot@zmz.example: Отчёт поступил\n\nОткройте отчёт:\nhttps://lkot.example/\n"
    assert terminal.getvalue() == said
