"""What is promised, what is done against it, and which tests prove it: the one source. A new guarantee is one row."""

from dataclasses import dataclass

STORE = "tests/integration/store/"
CACHE = f"{STORE}test_cache.py::"
DISPATCH = "tests/unit/dispatch/"
ACTORS = "tests/unit/actors/"
GUARDS = "tests/mutants/test_guards.py::"
GATE = "tests/mutants/test_gate.py::test_every_mutant_is_caught_and_the_product_passes"
CRASHES = "tests/crashes/test_crash_points.py::"
PAIRS = f"{CRASHES}test_every_crash_and_every_pair_of_crashes_changes_nothing"
ORPHANS = f"{CRASHES}test_a_start_with_orphans_can_be_killed_at_any_moment"
YEAR = "tests/simulation/test_year.py::test_whatever_happens_nothing_is_lost_doubled_or_wrong"
KILL = f"{STORE}test_kill.py::test_nothing_promised_is_lost_and_nothing_is_doubled"
LIFE = "tests/integration/app/test_life.py::"
RECOVERY = "tests/acceptance/test_recovery.py::"
WATCH = "tests/integration/rpc/test_watch.py::"

SLOW = (
    "tests/crashes/",
    "tests/simulation/",
    "tests/mutants/test_gate.py",
    "tests/acceptance/",
    "tests/faults/",
    "tests/chaos/",
    "tests/histories/test_clients.py",
    "tests/histories/test_kills.py",
    "tests/integration/app/",
    "tests/integration/browser/",
    "tests/integration/rpc/",
    "tests/integration/store/test_kill.py",
)
"""Where tests are that `make guarantees` names and `make test` runs."""


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A claim, what is done to break it, and the pytest ids that prove it. Without any it is UNPROVEN, and the table says so."""

    key: str
    claim: str
    fault: str
    proofs: tuple[str, ...]

    @property
    def quick(self) -> tuple[str, ...]:
        """The proofs that take seconds."""
        return tuple(proof for proof in self.proofs if not proof.startswith(SLOW))


SAFETY = (
    Guarantee(
        "S1",
        "one result per task, and a task succeeded exactly when it has one",
        "a second success; a kill around every commit",
        (
            f"{STORE}test_attempts.py::test_a_second_success_changes_nothing",
            f"{GUARDS}test_a_second_result_for_a_task_is_refused",
            PAIRS,
            YEAR,
        ),
    ),
    Guarantee(
        "S2",
        "one open attempt per task, and per backtest unless it is to be made anew",
        "a second lease of the same task; equal tasks, in one run and in several",
        (
            f"{STORE}test_results.py::test_a_task_has_one_open_attempt_at_most",
            f"{STORE}test_twins.py::test_two_runs_of_one_grid_share_its_backtests",
            YEAR,
        ),
    ),
    Guarantee(
        "S3",
        "Run clicks of all browsers keep the distance of the account",
        "several browsers press at once",
        (f"{DISPATCH}test_pace.py::test_six_seconds_pass_between_run_clicks_over_all_browsers",),
    ),
    Guarantee(
        "S4",
        "every open attempt is of this boot",
        "a start after a kill with tasks leased and announced",
        (f"{STORE}test_attempts.py::test_a_start_closes_what_an_older_boot_left_open", ORPHANS),
    ),
    Guarantee(
        "S5",
        "PAUSED, CANCELLED, COMPLETED and NEEDS_REVIEW mean that nothing is in flight and no page is driven",
        "pause and cancel at any moment, browsers that die, kills",
        (
            f"{GUARDS}test_paused_means_that_nothing_is_in_flight",
            f"{STORE}test_attempts.py::test_an_intent_of_a_run_that_is_not_to_run_gives_the_task_back",
            YEAR,
            f"{RECOVERY}test_pause_starts_nothing_new_and_a_watch_sees_every_event_once_in_order",
        ),
    ),
    Guarantee(
        "S6",
        "the state is what the events make of it, and no change is without its event",
        "a change without an event; damaged rows; every kill",
        (
            f"{STORE}test_ledger.py::test_a_change_without_an_event_is_not_committed",
            f"{STORE}test_fsck.py::test_damage_is_found",
            PAIRS,
        ),
    ),
    Guarantee(
        "S7",
        "nothing is leased once a pause or cancel is committed",
        "a lease after the pause",
        (
            f"{GUARDS}test_nothing_is_leased_of_a_paused_run",
            f"{STORE}test_attempts.py::test_only_runs_that_are_to_run_get_a_turn",
            YEAR,
        ),
    ),
    Guarantee(
        "S8",
        "strikes are the failed attempts of counted classes",
        "failures of every class, free ones between",
        (
            f"{STORE}test_attempts.py::test_strikes_are_counted_by_class_and_free_ones_not_at_all",
            f"{STORE}test_attempts.py::test_a_task_out_of_strikes_is_held",
            PAIRS,
        ),
    ),
    Guarantee(
        "S9",
        "what was acknowledged is on disk; what was not is whole or absent",
        "a kill before, within and after every commit, and every pair",
        (
            f"{STORE}test_ledger.py::test_a_commit_is_on_disk_before_it_is_acknowledged",
            f"{GUARDS}test_a_commit_waits_for_the_disk",
            PAIRS,
            KILL,
        ),
    ),
    Guarantee(
        "S10",
        "one request id stands for one content for ever",
        "the id again with other content; the reply lost",
        (
            f"{STORE}test_requests.py::test_an_id_with_other_content_names_both",
            f"{STORE}test_requests.py::test_the_change_and_the_memory_of_it_are_one",
            PAIRS,
        ),
    ),
    Guarantee(
        "S11",
        "the index of a task never changes its meaning",
        "kills between submission and result",
        (f"{STORE}test_tasks.py::test_values_come_back_as_they_were", PAIRS),
    ),
    Guarantee(
        "S12",
        "numbers of events go up and are never used again",
        "events removed, restarts, kills",
        (f"{STORE}test_journal.py::test_numbers_go_on_after_removed_events_and_restarts", PAIRS, YEAR),
    ),
    Guarantee(
        "S13",
        "no process of an older boot lives once this one works",
        "a kill of the daemon; processes that are stopped",
        (
            "tests/integration/browser/test_processes.py::test_a_process_that_is_stopped_is_killed_as_well",
            f"{LIFE}test_after_a_kill_the_next_boot_ends_what_is_left",
        ),
    ),
    Guarantee(
        "S14",
        "no figure is stored that the page did not prove",
        "other numbers, other legs, figures of an earlier run, another trade log",
        (
            "tests/unit/browser/test_proof.py::test_a_number_that_nobody_asked_to_change_contradicts",
            "tests/unit/browser/test_proof.py::test_legs_that_were_swept_may_change_and_others_may_not",
            f"{DISPATCH}test_attempt.py::test_the_figures_of_earlier_results_are_suspects_of_later_ones",
            f"{DISPATCH}test_attempt.py::test_a_trade_log_that_does_not_agree_is_a_mismatch",
            f"{RECOVERY}test_no_figure_of_a_previous_run_is_ever_recorded",
        ),
    ),
    Guarantee(
        "S15",
        "one daemon per store",
        "a second daemon on the same folder",
        (f"{STORE}test_ledger.py::test_a_held_store_names_its_holder", f"{LIFE}test_a_second_daemon_on_the_same_store_is_refused"),
    ),
)

LIVENESS = (
    Guarantee(
        "L1", "when faults stop, every run comes to rest", "weeks of every fault of the site, the machine and the users", (YEAR,)
    ),
    Guarantee(
        "L2",
        "pause --now is PAUSED within 10 s",
        "a driver that is stopped; pages that do not close, over weeks; a kill around every commit",
        (
            "tests/acceptance/test_pause_now.py::test_a_hung_driver_does_not_keep_a_run_from_being_paused",
            f"{DISPATCH}test_stopping.py::test_a_page_that_does_not_close_goes_with_its_browser",
            PAIRS,
            YEAR,
        ),
    ),
    Guarantee(
        "L3",
        "orphans are closed in the first transaction of a boot, at no cost",
        "kills inside that very transaction",
        (f"{STORE}test_attempts.py::test_a_start_closes_what_an_older_boot_left_open", ORPHANS),
    ),
    Guarantee(
        "L4",
        "every watcher reaches the head",
        "slow watchers, one that never reads",
        (
            "tests/unit/events/test_watch.py::test_any_number_of_watchers_see_everything_once_and_end_at_one_head",
            f"{WATCH}test_many_watchers_end_at_one_revision_without_gaps_beside_one_that_never_reads",
        ),
    ),
    Guarantee(
        "L5",
        "a quarantined child is probed for ever",
        "a child that never comes up",
        (
            "tests/unit/actors/test_supervisor_probes.py::test_probes_come_after_5_minutes_and_twice_as_long_each_time_up_to_an_hour",
        ),
    ),
    Guarantee(
        "L6",
        "a stop ends within its deadlines",
        "children that do not end; signals under load",
        (
            f"{ACTORS}test_supervisor_overruns.py::test_a_child_that_does_not_end_is_reported_at_its_bound_and_holds_up_nobody_else",
            f"{LIFE}test_a_signal_under_load_ends_it_in_good_order",
        ),
    ),
    Guarantee(
        "L7",
        "no condition outlives its cause",
        "outages, maintenance, drift that nobody waits for any more",
        (
            f"{DISPATCH}test_entry.py::test_a_site_that_is_down_is_asked_less_and_less_often_until_it_is_back",
            f"{DISPATCH}test_drift.py::test_drift_that_nobody_waits_for_any_more_is_over",
            YEAR,
        ),
    ),
)

CLAIMS = (
    Guarantee(
        "C1",
        "an orphan can run again with the first transaction of the next boot, within 2 s with 100,000 tasks",
        "SIGKILL",
        (f"{STORE}test_attempts.py::test_leasing_costs_the_same_in_a_large_run", ORPHANS),
    ),
    Guarantee(
        "C2",
        "0 results lost, 0 doubled",
        "SIGKILL of a working process, again and again",
        (KILL, PAIRS, f"{RECOVERY}test_twelve_tasks_survive_a_killed_browser_expired_sessions_and_a_killed_daemon"),
    ),
    Guarantee(
        "C3",
        "slow flapping is noticed within the hour",
        "a child that dies every 130 s",
        (f"{ACTORS}test_supervisor_restarts.py::test_a_child_that_dies_every_130_seconds_is_noticed_within_the_hour",),
    ),
    Guarantee(
        "C4",
        "an interruption costs no strike",
        "stops and kills in flight",
        (
            f"{DISPATCH}test_attempt_ends.py::test_a_cancellation_is_recorded_by_who_asked_for_it",
            f"{DISPATCH}test_browser.py::test_being_stopped_in_the_middle_costs_nothing",
            ORPHANS,
        ),
    ),
    Guarantee(
        "C5",
        "a watch has no gap and no repeat, or says OUT_OF_RANGE",
        "restarts, cursors of another generation or before the oldest event",
        (
            f"{STORE}test_journal.py::test_pages_follow_each_other_without_gap_or_repeat",
            f"{GUARDS}test_a_reader_that_has_everything_gets_nothing",
            "tests/unit/events/test_watch.py::test_a_cursor_of_another_journal_is_refused",
            "tests/unit/events/test_watch.py::test_a_cursor_before_the_oldest_event_is_refused",
            f"{WATCH}test_watchers_of_different_runs_and_places_do_not_share",
            f"{WATCH}test_a_watcher_goes_on_where_it_left",
        ),
    ),
    Guarantee(
        "C6",
        "only failed tasks are run again, by one command",
        "a run that needs review; a kill around every commit",
        (
            f"{STORE}test_rulings.py::test_a_retry_has_every_failed_task_tried_again_from_nothing",
            f"{STORE}test_rulings.py::test_a_retry_by_index_passes_over_what_has_not_failed",
            PAIRS,
            YEAR,
        ),
    ),
    Guarantee(
        "C7",
        "0 processes and 0 profile folders are left",
        "SIGKILL, SIGSTOP and SIGTERM of daemon, driver, browsers and renderers: `make chaos`",
        (
            "tests/chaos/test_chaos.py::test_five_minutes_of_chaos_break_no_promise",
            "tests/integration/browser/test_ladder.py::test_whatever_is_struck_nothing_stays",
            "tests/integration/app/test_supervision.py::test_a_daemon_whose_driver_hangs_ends_and_leaves_nothing",
            f"{LIFE}test_an_idle_daemon_goes_at_once_and_leaves_nothing",
        ),
    ),
    Guarantee(
        "C8",
        "a run that does not go on says why",
        "every fault, over weeks",
        (f"{DISPATCH}test_explain.py::test_a_run_that_gets_no_lease_says_why_at_every_moment_of_an_hour", YEAR),
    ),
    Guarantee(
        "C9",
        "a site that is broken fails no task and stops nothing else",
        "outages, sign-in refused, drift",
        (
            f"{DISPATCH}test_browser.py::test_a_site_that_cannot_be_reached_is_waited_for_at_no_cost",
            f"{DISPATCH}test_drift.py::test_the_third_distinct_task_blocks_the_site_and_costs_nobody_anything",
            f"{DISPATCH}test_broken_site.py::test_a_site_that_fails_every_task_for_an_hour_fails_none",
            f"{DISPATCH}test_broken_site.py::test_a_task_that_always_fails_is_held_within_its_budget_and_the_others_complete",
            f"{LIFE}test_it_comes_up_and_answers_although_the_site_is_down",
        ),
    ),
    Guarantee(
        "C10",
        "stages and searches go on over any crash as if nothing had happened, and run no point twice",
        "a kill around every commit; a daemon killed in the middle of both; weeks of every fault",
        (
            f"{STORE}test_growth.py::test_the_same_extension_is_added_once",
            "tests/unit/plans/test_search.py::test_the_same_results_and_seed_give_the_same_points_after_any_restart",
            PAIRS,
            YEAR,
            "tests/acceptance/test_growing_runs.py::test_stages_and_a_search_go_on_over_kills_as_if_nothing_had_happened",
        ),
    ),
    Guarantee(
        "C11",
        "what failed, lacks a figure or misses a bound is never called best",
        "failed and refused points, missing figures, ties",
        (
            "tests/unit/plans/test_objectives.py::test_what_failed_or_lacks_the_figure_is_never_best",
            "tests/unit/plans/test_objectives.py::test_only_what_keeps_every_bound_can_be_best",
            "tests/unit/plans/test_staged.py::test_a_failed_point_is_told_and_never_best",
        ),
    ),
    Guarantee(
        "C12",
        "a search with a tenth of the backtests comes within 5 % of the best of the grid",
        "three seeds over 400 combinations of the practice site",
        ("tests/unit/plans/test_search_truth.py::test_forty_backtests_come_within_five_percent_of_the_best_of_four_hundred",),
    ),
    Guarantee(
        "C13",
        "a result stands for another task only when everything that was asked for is the same, of the same saved test as it is now",
        "a value, option, day, test, site or account that differs; a test edited before and during a run; one that cannot be told",
        (
            f"{CACHE}test_one_fixed_value_more_or_other_runs_everything_that_changed_and_nothing_else",
            f"{CACHE}test_an_option_or_a_value_that_differs_is_another_backtest",
            f"{CACHE}test_another_last_day_is_another_backtest",
            f"{CACHE}test_another_site_account_or_store_knows_nothing",
            f"{CACHE}test_an_edited_test_is_another_test_until_it_is_as_it_was",
            f"{CACHE}test_a_test_edited_while_a_run_works_on_it_is_noticed_at_its_next_task",
            f"{CACHE}test_a_test_that_cannot_be_told_from_others_has_no_hits",
        ),
    ),
    Guarantee(
        "C14",
        "a reused figure is that of its origin, says so, and goes on doing so",
        "reuse of what was reused; a crash; the events of both runs removed; figures that a user accepted",
        (
            f"{CACHE}test_a_second_identical_run_completes_at_once_with_the_same_figures_and_their_origin",
            f"{CACHE}test_a_result_that_was_reused_is_reused_again_from_where_it_was_found",
            f"{CACHE}test_figures_that_a_user_accepted_are_never_taken_for_another_task",
            f"{CACHE}test_everything_is_remembered_over_a_crash",
            f"{STORE}test_retention.py::test_where_a_reused_figure_came_from_outlives_the_events_of_both_runs",
        ),
    ),
)

ATTACKS = (
    Guarantee(
        "A1",
        "a password is in no log, error, event, argument or piece of evidence",
        "settings that are wrong; a whole sweep; a site that tells it wherever a page can",
        (
            "tests/acceptance/test_secrets.py::test_a_password_is_nowhere",
            "tests/unit/app/test_settings.py::test_the_password_is_in_no_error",
            "tests/unit/app/test_settings.py::test_the_password_is_in_no_text_of_the_settings",
            "tests/integration/app/test_work.py::test_the_password_goes_to_the_site_and_nowhere_else",
        ),
    ),
    Guarantee(
        "A2",
        "a site that asks for patience gets it",
        "429 with Retry-After",
        (f"{GUARDS}test_the_delay_the_site_asked_for_is_kept", YEAR),
    ),
    Guarantee(
        "A3",
        "a stale token changes nothing",
        "an older attempt, boot, actor or incarnation",
        (f"{STORE}test_attempts.py::test_a_token_that_is_not_current_changes_nothing", PAIRS),
    ),
    Guarantee(
        "A4",
        "a full disk undoes the transaction, says so, and ends the process with 70",
        "a disk without room",
        (f"{STORE}test_ledger.py::test_a_full_disk_undoes_the_transaction_and_says_so",),
    ),
    Guarantee(
        "A5",
        "a store that is damaged, foreign or newer is refused with a sentence and left alone",
        "such files",
        (f"{STORE}test_ledger.py::test_a_file_that_is_no_sound_store_is_refused_and_left_alone",),
    ),
    Guarantee(
        "A6",
        "a migration goes on where it was cut",
        "a kill at every moment of every migration",
        (
            f"{STORE}test_ledger.py::test_a_migration_that_was_cut_short_is_finished",
            f"{CRASHES}test_a_migration_can_be_killed_at_any_moment",
        ),
    ),
    Guarantee(
        "A7",
        "every fault of the practice site is survived with true figures",
        "each of them, one after the other",
        ("tests/acceptance/test_faults_of_practice.py::test_no_task_is_lost_and_no_figure_is_wrong",),
    ),
    Guarantee(
        "A8",
        "every guard is needed: without it a test fails",
        "a broken variant of each",
        ("tests/mutants/test_gate.py::test_a_mutant_that_went_stale_is_an_error", GATE),
    ),
    Guarantee(
        "A9",
        "a backup is whole and restoring it begins a new life; the old store is kept",
        "copies while the daemon commits; a kill between any two steps; files that are no backup",
        (
            f"{STORE}test_backup.py::test_a_copy_made_while_the_daemon_commits_is_of_one_moment",
            f"{STORE}test_backup.py::test_a_kill_between_any_two_steps_leaves_the_old_store_or_the_new_one",
            f"{STORE}test_backup.py::test_what_is_no_sound_store_is_neither_copied_nor_restored",
        ),
    ),
    Guarantee(
        "A10",
        "what clients hear is one order of what happened",
        "disconnects, kills and repeats by several clients; servers that are broken on purpose",
        (
            "tests/histories/test_history.py::test_what_cannot_be_is_not",
            "tests/histories/test_clients.py::test_what_clients_heard_is_what_happened",
            "tests/histories/test_clients.py::test_a_broken_server_is_caught",
            "tests/histories/test_kills.py::test_a_hundred_kills_lose_nothing_and_double_nothing",
        ),
    ),
    Guarantee(
        "A11",
        "old events go, and what they made stays; no store of an older version means anything else",
        "compaction, and a kill around its commits; stores of every released version",
        (
            f"{STORE}test_retention.py::test_a_summary_stands_for_the_events_and_everything_else_stays",
            PAIRS,
            "tests/upgrade/test_stores.py::test_an_old_store_is_migrated_and_means_what_it_meant",
        ),
    ),
)

TABLE = (*SAFETY, *LIVENESS, *CLAIMS, *ATTACKS)
