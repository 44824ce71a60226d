#include "ledger/draft_json.h"

#include <boost/json.hpp>
#include <fmt/format.h>

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
        .lines = {},
    };
    if (const auto* lines = fields.array("lines")) {
        if (lines->size() > kLinesMax) {
            fields.breach("lines", "at most 10000 lines");
        } else {
            draft.lines.reserve(lines->size());
            for (std::size_t at = 0; at < lines->size(); ++at) {
                draft.lines.push_back(
                    line_of((*lines)[at], fmt::format("{}/lines/{}", pointer, at), wrong)
                );
            }
        }
    }
    fields.refuse_unknown();
    AB_CHECK(net::refuse_breaches("ledger.bad_entry", "Nothing was posted", std::move(wrong)));
    return draft;
}

}  // namespace accubooks::ledger
