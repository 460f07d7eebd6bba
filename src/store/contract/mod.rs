//! What every store promises, as tests that run on each.

mod claims;
mod lanes;
mod plan;
mod printed;
mod runs;
mod sample;

pub(super) use self::sample::{accepted, freeze, now, planned, reader};
use super::Store;

/// Runs every promise on fresh stores.
pub(super) fn check<S: Store>(fresh: &mut dyn FnMut() -> S) {
    plan::an_issue_reads_back(&mut fresh());
    plan::an_issue_is_frozen_once(&mut fresh());
    plan::a_plan_with_the_same_reader_twice_freezes_nothing(&mut fresh());
    plan::a_plan_of_fewer_rows_than_it_promised_is_not_written(&mut fresh());
    plan::readers_whose_ids_begin_alike_are_two(&mut fresh());
    plan::further_readers_are_planned_after_the_last(&mut fresh());
    plan::who_is_planned_is_not_planned_again(&mut fresh());
    plan::who_got_a_done_issue_is_forgotten_and_how_many_is_not(&mut fresh());
    claims::ranges_are_claimed_in_order_then_what_is_due(&mut fresh());
    claims::a_first_pass_ends_where_it_is_told_to(&mut fresh());
    claims::an_outcome_is_written_once_and_all_or_nothing(&mut fresh());
    claims::what_failed_can_be_sent_again_when_asked(&mut fresh());
    claims::who_has_no_mailbox_is_known_until_it_is_tried_again(&mut fresh());
    claims::what_relays_took_is_counted_by_relay_and_time(&mut fresh());
    lanes::a_lane_gives_its_rows_in_order_and_nothing_else_claims_them(&mut fresh());
    lanes::a_row_in_a_lane_is_none_of_its_old_claims(&mut fresh());
    lanes::an_emptied_lane_leaves_its_rows_due(&mut fresh());
    runs::each_run_is_counted_where_the_folder_is_at_home(&mut fresh());
    runs::what_is_measured_is_the_newest_issues_longest_run(&mut fresh());
    printed::cancelling_skips_what_has_not_left(&mut fresh());
    printed::a_cancelled_issue_nobody_got_leaves_its_articles_free(&mut fresh());
    printed::what_is_printed_again_was_printed_in_both_issues(&mut fresh());
    printed::what_found_no_room_stays_until_it_is_printed(&mut fresh());
    printed::an_issue_frozen_before_its_cut_off_saw_no_more_than_it_could(&mut fresh());
}
