"""Ways out for mail: an SMTP server, a folder of files, memory."""
