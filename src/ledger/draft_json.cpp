#include "ledger/draft_json.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/canonical_json.h"
#include "base/json.h"
#include "net/body_fields.h"

namespace accubooks::ledger {
namespace {

DraftLine line_of(
    const boost::json::value& value, std::string pointer, std::vector<base::FieldError>& wrong
) {
    net::BodyFields fields{value, std::move(pointer), wrong};
    DraftLine line{
        .account = base::AccountId{fields.id("account_id")},
        .amount = fields.decimal("amount"),
        .commodity = fields.text("currency"),
        .base_amount = fields.optional_decimal("base_amount"),
        .memo = fields.optional_text("memo").value_or(""),
    };
    fields.refuse_unknown();
    return line;
}

UnfinishedLine unfinished_line_of(
    const boost::json::value& value, std::string pointer, std::vector<base::FieldError>& wrong
) {
    net::BodyFields fields{value, std::move(pointer), wrong};
    UnfinishedLine line{
        .account = fields.optional_id("account_id").transform([](std::int64_t id) {
            return base::AccountId{id};
        }),
        .amount = fields.optional_decimal("amount"),
        .commodity = fields.optional_text("currency").value_or(""),
        .base_amount = fields.optional_decimal("base_amount"),
        .memo = fields.optional_text("memo").value_or(""),
    };
    fields.refuse_unknown();
    return line;
}

/// The lines, each read by `line_of`; none when they are too many.
template <class Line>
std::vector<Line> lines_of(
    net::BodyFields& fields,
    const boost::json::array* lines,
    std::vector<base::FieldError>& wrong,
    Line (*line_of)(const boost::json::value&, std::string, std::vector<base::FieldError>&)
) {
    std::vector<Line> read;
    if (lines == nullptr) {
        return read;
    }
    if (lines->size() > kLinesMax) {
        fields.breach("lines", "at most 10000 lines");
        return read;
    }
    read.reserve(lines->size());
    for (std::size_t at = 0; at < lines->size(); ++at) {
        read.push_back(
            line_of((*lines)[at], fmt::format("{}/{}", fields.pointer_to("lines"), at), wrong)
        );
    }
    return read;
}

/// {"project": "atlas"} or ["project=atlas"].
Tags tags_of(net::BodyFields& fields, std::vector<base::FieldError>& wrong) {
    Tags tags;
    const boost::json::value* value = fields.optional_value("tags");
    if (value == nullptr) {
        return tags;
    }
    if (const auto* object = value->if_object()) {
        for (const auto& member : *object) {
            const auto* text = member.value().if_string();
            if (text == nullptr) {
                wrong.push_back({fields.pointer_to("tags"), "the value of a tag is a string"});
                return {};
            }
            tags.emplace(std::string{member.key()}, std::string{*text});
        }
        return tags;
    }
    if (const auto* list = value->if_array()) {
        for (const boost::json::value& element : *list) {
            const auto* text = element.if_string();
            const auto equals =
                text == nullptr ? std::string_view::npos : std::string_view{*text}.find('=');
            if (equals == std::string_view::npos) {
                wrong.push_back(
                    {fields.pointer_to("tags"), "an element is a string such as \"key=value\""}
                );
                return {};
            }
            const std::string_view pair{*text};
            const bool is_new =
                tags.emplace(pair.substr(0, equals), pair.substr(equals + 1)).second;
            if (!is_new) {
                wrong.push_back({fields.pointer_to("tags"), "a key stands only once"});
                return {};
            }
        }
        return tags;
    }
    fields.breach("tags", "must be an object of strings or an array of \"key=value\"");
    return {};
}

}  // namespace

base::Result<Draft> draft_of(const boost::json::value& body, const std::string& pointer) {
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, pointer, wrong};
    Draft draft{
        .date = fields.date("date"),
        .description = fields.text("description"),
        .reference = fields.optional_text("reference").value_or(""),
        .tags = tags_of(fields, wrong),
        .late_reason = fields.optional_text("late_reason").value_or(""),
        .lines = lines_of(fields, fields.array("lines"), wrong, line_of),
    };
    fields.refuse_unknown();
    AB_CHECK(net::refuse_breaches("ledger.bad_entry", "Nothing was posted", std::move(wrong)));
    return draft;
}

base::Result<Unfinished> unfinished_of(const boost::json::value& body) {
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    Unfinished entry{
        .date = fields.optional_date("date"),
        .description = fields.optional_text("description").value_or(""),
        .reference = fields.optional_text("reference").value_or(""),
        .tags = tags_of(fields, wrong),
        .late_reason = fields.optional_text("late_reason").value_or(""),
        .lines = lines_of(fields, fields.optional_array("lines"), wrong, unfinished_line_of),
    };
    fields.refuse_unknown();
    if (const auto* members = body.if_object(); members != nullptr && members->empty()) {
        wrong.push_back({"", "is empty: give what there is of the entry"});
    }
    if (wrong.empty()) {
        wrong = wrong_texts(entry);
    }
    AB_CHECK(net::refuse_breaches("ledger.bad_entry", "Nothing was saved", std::move(wrong)));
    return entry;
}

base::Result<DraftContent> draft_content_of(
    const boost::json::value& body, std::string actor, base::Instant at
) {
    AB_TRY(read, unfinished_of(body));
    AB_TRY(canonical, base::canonical_json(body));
    return DraftContent{
        .json = std::move(canonical), .read = std::move(read), .actor = std::move(actor), .at = at
    };
}

base::Result<Draft> draft_of(const KeptDraft& draft) {
    const auto body = base::parse_json(draft.content);
    base::ensure(body.has_value(), "a draft's content was JSON when it was saved");
    return draft_of(*body, "");
}

}  // namespace accubooks::ledger
