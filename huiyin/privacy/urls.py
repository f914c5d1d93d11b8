"""Routes of privacy, by audience."""

from django.urls import path

from huiyin.privacy.views import ages, centre, governance, guardians, purposes, register

staff = [
    path("privacy/", register.requests, name="privacy_register"),
    path("privacy/register.csv", register.requests_csv, name="privacy_register_csv"),
    path("privacy/map/", register.data_map, name="privacy_map"),
    path("privacy/map.csv", register.data_map_csv, name="privacy_map_csv"),
    path("privacy/retention/", register.retention, name="privacy_retention"),
    path("privacy/retention/runs/", register.retention_run, name="privacy_retention_run"),
    path("privacy/holds/", governance.holds, name="privacy_holds"),
    path("privacy/holds/<uuid:key>/end/", governance.hold_end, name="privacy_hold_end"),
    path("privacy/texts/", governance.texts, name="privacy_texts"),
    path("privacy/purposes/", purposes.purposes, name="privacy_purposes"),
    path(
        "privacy/purposes/<slug:key>/enforcement/",
        purposes.purpose_enforcement,
        name="privacy_purpose_enforcement",
    ),
    path(
        "privacy/purposes/<slug:key>/retirement/",
        purposes.purpose_retirement,
        name="privacy_purpose_retirement",
    ),
    path("privacy/assessments/", governance.assessments, name="privacy_assessments"),
    path("privacy/assessments/<uuid:key>/", governance.assessment, name="privacy_assessment"),
    path("privacy/people/<uuid:contact_id>/age/", ages.age_correction, name="privacy_age_correction"),
    path("privacy/recipients/", register.recipients, name="privacy_recipients"),
    path("privacy/recipients/<uuid:transfer>/end/", register.recipient_end, name="privacy_recipient_end"),
]
public = [
    path("account/guardian/", guardians.waiting, name="guardian_waiting"),
    path("account/privacy/age/", guardians.age, name="privacy_age"),
    path("guardian/leave/", guardians.leave, name="guardian_leave"),
    path("guardian/<str:key>/", guardians.answer, name="guardian_answer"),
    path("guardian/<str:key>/withdrawal/", guardians.withdrawal, name="guardian_withdrawal"),
    path("guardian/<str:key>/entry/", guardians.entry, name="guardian_entry"),
    path("guardian/<str:key>/entry/code/", guardians.entry_code, name="guardian_entry_code"),
    path("account/privacy/", centre.centre, name="privacy_centre"),
    path("account/privacy/by/<str:key>/", centre.by_key, name="privacy_by_key"),
    path("account/privacy/choices/", centre.consent, name="privacy_consent"),
    path("account/privacy/correction/", centre.correction, name="privacy_correction"),
    path("account/privacy/proof/", centre.proof, name="privacy_proof"),
    path("account/privacy/proof/code/", centre.proof_code, name="privacy_proof_code"),
    path("account/privacy/copy/", centre.export, name="privacy_export"),
    path("account/privacy/copy/<uuid:export_id>/", centre.download, name="privacy_download"),
    path("account/privacy/deletion/", centre.deletion, name="privacy_deletion"),
    path("account/privacy/deletion/cancellation/", centre.deletion_cancel, name="privacy_deletion_cancel"),
    path("account/privacy/certificate/<str:code>/", centre.certificate, name="privacy_certificate"),
    path(
        "account/privacy/certificate/<str:code>/file/",
        centre.certificate_file,
        name="privacy_certificate_file",
    ),
    path(
        "account/privacy/certificate/<str:code>/pdf/", centre.certificate_pdf, name="privacy_certificate_pdf"
    ),
]
