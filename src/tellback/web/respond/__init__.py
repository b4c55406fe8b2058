"""What somebody sees who was asked: the survey's page, the thank-you, the unsubscription."""
