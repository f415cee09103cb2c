from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "core.files"
    label = "files"
    verbose_name = "Файлы"

    def ready(self) -> None:
        from core.journal.words import register_sentence, register_theme

        register_theme("Файлы", "file")
        register_sentence("file.dropped", "Содержимое файла удалено: срок его хранения истёк.")
