#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/clock.h"
#include "ledger/entry.h"
#include "ledger/period.h"

namespace accubooks::app {

/// What books must do, in the simplest words: a list of entries, drafts by id, and two days up to
/// which everything is closed. Fiscal years are those of the calendar.
class HistoryModel {
public:
    struct Answer {
        std::optional<std::int64_t> number{};  // of an entry
        std::string_view code{};               // of a refusal

        friend bool operator==(const Answer&, const Answer&) = default;
    };

    struct Accounts {
        std::vector<base::AccountId> earnings;  // revenue and expense, by code
        base::AccountId retained;
    };

    struct Draft {
        std::int64_t version = 1;
        ledger::Draft content;
    };

    HistoryModel(Accounts accounts, std::vector<std::string> owners)
        : accounts_{std::move(accounts)}, owners_{std::move(owners)} {}

    Answer post(const ledger::Entry& entry) {
        using ledger::PeriodState;
        if (entry.reverses && reversed_.contains(entry.reverses->value)) {
            return {.code = "ledger.already_reversed"};
        }
        const bool is_late = !entry.late_reason.empty();
        const PeriodState state = closure_.state_of(entry.date);
        if (state == PeriodState::hard_locked) {
            return {.code = "ledger.period_locked"};
        }
        if (state == PeriodState::soft_closed && !is_late) {
            return {.code = "ledger.period_closed"};
        }
        if (state == PeriodState::open && is_late) {
            return {.code = "ledger.period_not_closed"};
        }
        entries_.push_back(entry);
        const auto number = static_cast<std::int64_t>(entries_.size());
        if (entry.reverses) {
            reversed_[entry.reverses->value] = number;
        }
        return {.number = number};
    }

    /// Without a day it is the entry's own or, where that is closed, today or the first open one.
    Answer reverse(
        std::int64_t number, std::optional<base::Date> date, std::string late, base::Date today
    ) {
        const ledger::Entry& original = entries_.at(static_cast<std::size_t>(number - 1));
        if (original.tags.contains("closing") && !reversed_.contains(number)) {
            return {.code = "ledger.closes_year"};
        }
        const base::Date own = original.date;
        base::Date day = date.value_or(own);
        if (!date && late.empty() && closure_.state_of(own) != ledger::PeriodState::open) {
            day = std::max(today, closure_.closed_through->plus_days(1));
        }
        return post(*ledger::reversal_of(posted(number), day, "a mistake", std::move(late)));
    }

    void save_draft(std::int64_t id, ledger::Draft content) { drafts_[id].content = content; }
    void edit_draft(std::int64_t id, ledger::Draft content) {
        drafts_.at(id) = {drafts_.at(id).version + 1, std::move(content)};
    }
    void delete_draft(std::int64_t id) { drafts_.erase(id); }
    Answer post_draft(std::int64_t id, std::int64_t version, const ledger::Entry& entry) {
        if (const auto before = posted_drafts_.find(id); before != posted_drafts_.end()) {
            return {.number = before->second};
        }
        if (!drafts_.contains(id)) {
            return {.code = "ledger.draft_not_found"};
        }
        if (drafts_.at(id).version != version) {
            return {.code = "ledger.draft_changed"};
        }
        const Answer answer = post(entry);
        if (answer.number) {
            drafts_.erase(id);
            posted_drafts_.emplace(id, *answer.number);
        }
        return answer;
    }

    /// The refusal's code; empty when it is done.
    std::string_view act(
        const std::string& name,
        const ledger::Period& period,
        const std::string& by,
        base::Instant at
    ) {
        const std::string_view refused = why_not(name, period, by, at);
        if (refused.empty()) {
            acts_.push_back({
                .number = static_cast<std::int32_t>(acts_.size()) + 1,
                .after = base::EntryNumber{static_cast<std::int64_t>(entries_.size())},
                .act = name,
                .period = period,
                .by = by,
                .at = at,
            });
            closure_ = ledger::closure_after(closure_, acts_.back());
        }
        return refused;
    }

    Answer close_year(const std::string& name, base::Date last_day) {
        if (closing_of(name, last_day)) {
            return {.code = "ledger.year_closed"};
        }
        if (is_later_closed(last_day)) {
            return {.code = "ledger.later_year_closed"};
        }
        ledger::Entry closing{
            .date = last_day,
            .description = fmt::format("Closing of the fiscal year {}", name),
            .tags = {{"closing", name}},
            .lines = what_closes(last_day),
        };
        if (closing.lines.empty()) {
            return {.code = "ledger.nothing_to_close"};
        }
        if (closure_.state_of(last_day) == ledger::PeriodState::soft_closed) {
            closing.late_reason = closing.description;
        }
        return post(closing);
    }

    Answer reopen_year(const std::string& name, base::Date last_day) {
        const auto closing = closing_of(name, last_day);
        if (!closing) {
            return {.code = "ledger.year_not_closed"};
        }
        if (is_later_closed(last_day)) {
            return {.code = "ledger.later_year_closed"};
        }
        const bool is_late = closure_.state_of(last_day) == ledger::PeriodState::soft_closed;
        return post(*ledger::reversal_of(
            posted(*closing), last_day, "a mistake", is_late ? "a mistake" : ""
        ));
    }

    /// The days that `act` is due for: what somebody who knows the books would ask.
    ledger::Period due(const std::string& act, base::Date today) const {
        const auto& through = act == "close" ? closure_.closed_through : closure_.locked_through;
        if (through) {
            return ledger::period_of(through->plus_days(act == "reopen" ? -1 : 1), {});
        }
        return act == "close" ? first_period(today) : first_closed().value_or(first_period(today));
    }

    const std::vector<ledger::Entry>& entries() const { return entries_; }
    const std::map<std::int64_t, std::int64_t>& reversed() const { return reversed_; }
    const std::map<std::int64_t, Draft>& drafts() const { return drafts_; }
    const std::map<std::int64_t, std::int64_t>& posted_drafts() const { return posted_drafts_; }
    const std::vector<ledger::PeriodAct>& acts() const { return acts_; }
    const ledger::Closure& closure() const { return closure_; }

private:
    ledger::PostedEntry posted(std::int64_t number) const {
        return {
            .number = base::EntryNumber{number},
            .entry = entries_.at(static_cast<std::size_t>(number - 1)),
        };
    }

    ledger::Period first_period(base::Date otherwise) const {
        base::Date first = entries_.empty() ? otherwise : entries_.front().date;
        for (const ledger::Entry& entry : entries_) {
            first = std::min(first, entry.date);
        }
        return ledger::period_of(first, {});
    }

    std::optional<ledger::Period> first_closed() const {
        return acts_.empty() ? std::nullopt : std::optional{acts_.front().period};
    }

    std::string_view why_not(
        const std::string& name,
        const ledger::Period& period,
        const std::string& by,
        base::Instant at
    ) const {
        const auto& [closed, locked] = closure_;
        if (name == "close") {
            if (closed && period.last_day <= *closed) {
                return "ledger.period_already_closed";
            }
            const base::Date next =
                closed ? closed->plus_days(1) : first_period(period.first_day).first_day;
            return period.first_day == next ? "" : "ledger.period_out_of_order";
        }
        if (locked && period.first_day <= *locked) {
            return "ledger.period_already_locked";
        }
        if (!closed || period.last_day > *closed) {
            return "ledger.period_not_closed";
        }
        if (name == "lock") {
            if (period.first_day != (locked ? locked->plus_days(1) : first_closed()->first_day)) {
                return "ledger.period_out_of_order";
            }
            const auto is_in_it = [&](const auto& draft) {
                return draft.second.content.date <= period.last_day;
            };
            return std::ranges::any_of(drafts_, is_in_it) ? "ledger.period_checks_failed" : "";
        }
        return name == "reopen" ? why_not_reopen(period, by, at) : "";
    }

    std::string_view why_not_reopen(
        const ledger::Period& period, const std::string& by, base::Instant at
    ) const {
        const ledger::PeriodAct& last = acts_.back();
        if (last.act != "ask_reopen" || last.period != period) {
            return "ledger.reopening_not_asked";
        }
        if (owners_.size() > 1) {
            return last.by == by ? "ledger.second_person_required" : "";
        }
        return at < last.at + std::chrono::hours{24} ? "ledger.notice_running" : "";
    }

    /// Whether the entry closes a year: reversed ones don't, nor do those that reverse one.
    bool closes_a_year(std::size_t number) const {
        const ledger::Entry& entry = entries_[number - 1];
        return entry.tags.contains("closing") && !entry.reverses &&
               !reversed_.contains(static_cast<std::int64_t>(number));
    }

    std::optional<std::int64_t> closing_of(const std::string& year, base::Date last_day) const {
        for (std::size_t at = entries_.size(); at > 0; --at) {
            const ledger::Entry& entry = entries_[at - 1];
            if (closes_a_year(at) && entry.tags.at("closing") == year && entry.date == last_day) {
                return static_cast<std::int64_t>(at);
            }
        }
        return std::nullopt;
    }

    bool is_later_closed(base::Date last_day) const {
        for (std::size_t at = entries_.size(); at > 0; --at) {
            if (closes_a_year(at) && entries_[at - 1].date > last_day) {
                return true;
            }
        }
        return false;
    }

    /// Undoes what is left on revenue and expense accounts, and carries each commodity over.
    std::vector<ledger::Line> what_closes(base::Date last_day) const {
        std::vector<ledger::Line> lines;
        std::map<std::string, ledger::Line> carried;
        for (const base::AccountId account : accounts_.earnings) {
            std::map<std::string, ledger::Line> left;
            for (const ledger::Entry& entry : entries_) {
                for (const ledger::Line& line : entry.lines) {
                    if (line.account == account && entry.date <= last_day) {
                        add(left, account, line, -1);
                        add(carried, accounts_.retained, line, 1);
                    }
                }
            }
            append(lines, left);
        }
        if (!lines.empty()) {
            append(lines, carried);
        }
        return lines;
    }

    static void add(
        std::map<std::string, ledger::Line>& sums,
        base::AccountId account,
        const ledger::Line& line,
        int sign
    ) {
        ledger::Line& sum = sums[line.commodity];
        sum.account = account;
        sum.commodity = line.commodity;
        sum.amount += sign * line.amount;
        sum.base_amount += sign * line.base_amount;
    }

    static void append(
        std::vector<ledger::Line>& lines, const std::map<std::string, ledger::Line>& sums
    ) {
        for (const auto& [commodity, line] : sums) {
            if (line.amount != 0 || line.base_amount != 0) {
                lines.push_back(line);
            }
        }
    }

    Accounts accounts_;
    std::vector<std::string> owners_;
    std::vector<ledger::Entry> entries_;
    std::map<std::int64_t, std::int64_t> reversed_;  // number of the reversal by that of the entry
    std::map<std::int64_t, Draft> drafts_;
    std::map<std::int64_t, std::int64_t> posted_drafts_;  // number by id
    std::vector<ledger::PeriodAct> acts_;
    ledger::Closure closure_;
};

}  // namespace accubooks::app
