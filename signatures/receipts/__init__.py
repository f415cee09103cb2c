"""What is handed out of a kept signature: the receipt, the stamp, the archive of evidence."""
