"""«Проверить документ»: a document and its signature judged for anybody who holds both. Nothing of them is kept."""
