"""Every published fault of a peer that touches people, permissions or privacy names the tests that we pass.

The ids are those of the product's list of faults; what belongs to mail, webhooks and storage stands with these.
"""

import ast

import pytest

from tests.architecture import source

pytestmark = pytest.mark.dry
ACCOUNTS, CORE, CASES = "huiyin/accounts/tests/test_", "huiyin/core/tests/test_", "huiyin/cases/tests/test_"
PASSED: dict[str, tuple[str, ...]] = {
    "P01 page as attachment": (
        f"{CORE}attachments.py::test_download_when_link_is_good_then_sandboxed_attachment",
        f"{CORE}attachments.py::test_store_when_kind_is_not_allowed_then_415_and_nothing_kept",
    ),
    "P02 script in Markdown": (
        f"{CORE}markdown.py::test_render_when_hostile_then_no_tag_of_it_survives",
        f"{CASES}views_desk.py::test_detail_when_words_are_hostile_then_shown_as_words",
    ),
    "P03 script in a picture": (
        f"{CORE}attachments.py::test_store_when_picture_then_drawn_anew",
        f"{CORE}attachments.py::test_store_when_photo_has_position_and_payload_then_gone",
    ),
    "P05 object of somebody else": (
        "tests/architecture/test_objects.py::test_an_object_out_of_reach_looks_like_none",
    ),
    "P06 check whose answer is ignored": (
        "tests/peers/test_doors.py::test_p06_view_without_an_audience_then_its_code_never_runs",
        "tests/peers/test_doors.py::test_p06_check_when_it_fails_then_raises_and_cannot_be_ignored",
        "tests/peers/test_doors.py::test_p06_check_when_it_breaks_then_shut",
        "tests/architecture/test_routes.py::test_staff_routes_name_a_policy",
    ),
    "P07 guessable public page": (
        f"{CASES}views_portal.py::test_any_call_when_key_is_wrong_then_404_and_nothing",
        f"{CASES}api_follow.py::test_read_when_key_was_renewed_then_the_old_one_is_dead",
    ),
    "P08 weak code": (
        f"{ACCOUNTS}entering.py::test_p08_code_when_tried_five_times_then_the_right_one_does_not_work_any_more",
        f"{ACCOUNTS}entering.py::test_p08_code_when_entered_in_another_browser_then_it_is_not_even_asked_for",
        f"{ACCOUNTS}entering.py::test_code_when_ten_minutes_have_passed_then_it_is_over",
    ),
    "P09 sessions that stay": (
        f"{ACCOUNTS}sessions.py::test_p09_session_id_when_signing_in_then_another",
        f"{ACCOUNTS}sessions.py::test_p09_password_when_changed_then_all_others_are_out",
        f"{ACCOUNTS}sessions.py::test_p09_factor_when_added_then_all_others_are_out",
        f"{ACCOUNTS}sessions.py::test_address_when_changed_then_both_are_asked_and_others_are_out",
    ),
    "P10 token that never ends": (
        f"{ACCOUNTS}tokens.py::test_issue_when_no_scopes_then_all_and_the_secret_is_nowhere_stored",
        f"{ACCOUNTS}tokens.py::test_present_when_it_expires_while_it_is_remembered_then_dead_on_time",
        f"{ACCOUNTS}tokens.py::test_present_when_revoked_then_dead_at_once_and_twice_is_once",
    ),
    "P11 the same key everywhere": (
        "tests/peers/test_keys.py::test_p11_key_of_two_houses_then_never_the_same",
    ),
    "P12 session ids that leak": (f"{ACCOUNTS}sessions.py::test_p12_session_keys_stand_on_no_page",),
    "P13 status page that talks": (
        f"{CORE}observe.py::test_live_when_asked_then_a_constant",
        f"{CORE}observe.py::test_ready_when_no_worker_lives_then_503_without_a_reason",
        f"{CORE}observe.py::test_metrics_when_from_elsewhere_then_refused_without_token",
    ),
    "P14 forged header of sign-in": (
        "tests/peers/test_doors.py::test_p14_name_in_a_header_then_opens_no_door",
        f"{CORE}edge.py::test_origin_when_proxied_then_only_listed_proxies_count",
    ),
    "P15 mixed-up federation": (
        f"{ACCOUNTS}linked.py::test_p15_address_that_the_service_names_opens_no_account",
        f"{ACCOUNTS}linked.py::test_p15_oidc_token_that_is_not_for_this_visit_is_refused",
        f"{ACCOUNTS}linked.py::test_p15_oidc_token_without_signature_is_refused",
        f"{ACCOUNTS}linked.py::test_p15_return_with_another_state_or_in_another_browser_then_refused",
        f"{ACCOUNTS}linked.py::test_link_needs_a_fresh_proof_and_the_same_person",
    ),
    "P16 blank password": (
        f"{ACCOUNTS}entering.py::test_p16_sign_in_with_an_empty_password_never_works",
        f"{ACCOUNTS}organisation.py::test_create_user_when_no_password_then_none_fits",
    ),
    "P17 host of the request in links": (
        "tests/peers/test_doors.py::test_p17_foreign_host_then_refused_and_never_in_a_link",
    ),
    "P18 fields that nobody declared": (
        "tests/peers/test_doors.py::test_p18_field_that_nobody_declared_then_400_and_nothing_changes",
        "tests/peers/test_doors.py::test_p18_form_with_fields_of_the_table_then_they_are_not_taken",
    ),
    "P19 customers across mailboxes": (
        f"{CASES}reach.py::test_foreign_contact_and_message_look_absent",
        f"{CASES}reach.py::test_programs_keep_the_same_reach",
    ),
    "P20 columns for others": (
        f"{CASES}api_follow.py::test_read_when_key_is_right_then_where_it_stands_and_no_note",
        f"{CASES}reach.py::test_programs_of_auditors_read_masked_contacts",
        "tests/architecture/test_guests.py::test_operations_when_a_guest_asks_them_then_name_nobody",
    ),
    "P22 secrets in logs": (
        "tests/peers/test_logs.py::test_p22_what_people_type_then_in_no_line_at_any_level",
        "tests/peers/test_logs.py::test_p22_what_programs_send_and_are_given_then_in_no_line_at_any_level",
        "tests/peers/test_logs.py::test_p22_fault_with_a_secret_in_its_text_then_only_its_place_is_written",
    ),
    "P24 files that everybody may read": (
        f"{CORE}attachments.py::test_store_when_text_then_row_file_and_modes",
        "tests/peers/test_keys.py::test_p24_key_file_and_its_folder_then_for_us_alone",
    ),
    "P25 name that decides the path": (
        f"{CORE}attachments.py::test_name_when_hostile_then_harmless",
        f"{CORE}attachments.py::test_store_when_archive_unpacks_to_too_much_then_refused",
    ),
    "P26 formula in a table": (f"{CORE}sheets.py::test_formula_becomes_text",),
    "P27 server that fetches what a user names": (
        f"{CORE}egress.py::test_request_when_any_spelling_of_inside_then_blocked",
        f"{CORE}egress.py::test_request_when_name_changes_its_address_then_the_checked_one_counts",
        f"{CORE}markdown.py::test_render_when_a_picture_then_an_article_shows_it_and_a_message_does_not",
    ),
    "P34 child of another parent": (
        "tests/architecture/test_objects.py::test_an_object_out_of_reach_looks_like_none",
        f"{CASES}services_links.py::test_split_when_message_is_ours_or_of_another_case_then_refuses",
    ),
    "P36 notice that comes twice": (
        f"{CASES}notices.py::test_notify_when_heard_twice_then_once",
        f"{CASES}notices.py::test_notify_when_person_may_not_see_the_case_then_untold",
    ),
    "P38 shut account by another door": (
        f"{ACCOUNTS}sessions.py::test_p38_closed_account_enters_by_no_door",
        f"{ACCOUNTS}tokens.py::test_present_when_user_is_disabled_then_dead_at_once",
    ),
    "P39 onward to anywhere": (
        f"{ACCOUNTS}entering.py::test_p39_next_when_it_leads_away_then_home",
        f"{CORE}redirects.py::test_next_when_not_our_own_path_then_default",
    ),
    "P40 invitations": (
        f"{ACCOUNTS}invitations.py::test_invitation_ends_after_72_hours",
        f"{ACCOUNTS}invitations.py::test_invitation_lets_in_once_with_the_role_and_a_confirmed_address",
        f"{ACCOUNTS}invitations.py::test_one_open_invitation_an_address_until_it_has_expired",
        f"{ACCOUNTS}invitations.py::test_ten_invitations_an_hour",
    ),
}
# Of mail, webhooks, search, storage and deployment; the chapters that bring these bring their tests.
ELSEWHERE = {4, 21, 23, 28, 29, 30, 31, 32, 33, 35, 37, 41, 42}


def test_every_fault_of_the_list_is_passed_or_stands_elsewhere() -> None:
    passed = {int(name[1:3]) for name in PASSED}
    assert (passed | ELSEWHERE, passed & ELSEWHERE) == (set(range(1, 43)), set())


def test_every_named_test_is_there() -> None:
    named = {name for tests in PASSED.values() for name in tests}
    source.expect_none(sorted(name for name in named if not _is_there(*name.split("::"))))


def _is_there(file: str, test: str) -> bool:
    path = source.ROOT / file
    if not path.is_file():
        return False
    return any(isinstance(node, ast.FunctionDef) and node.name == test for node in source.parsed(path).body)
