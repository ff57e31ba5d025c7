"""Mail through the HTTP interfaces of providers: Amazon SES, Postmark, Mailgun, Resend."""
