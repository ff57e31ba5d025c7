"""Where finished pictures lie so that mail programs can fetch them: a folder of ours, or a bucket."""
