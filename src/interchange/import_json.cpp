#include "interchange/import_json.h"

#include <utility>

#include <boost/json.hpp>

#include "base/base64.h"
#include "base/rfc3339.h"
#include "base/utf8.h"
#include "net/body_fields.h"
#include "net/body_member.h"

namespace accubooks::interchange {
namespace {

// As base64 in JSON, with room for the other members, it fits the longest body that is taken.
constexpr std::size_t kContentBytesMax = 5UL << 20U;
constexpr std::size_t kNameMax = 200;

bool is_file_name(std::string_view name) {
    return !name.empty() && base::is_plain_text(name) && base::characters_in(name) <= kNameMax &&
           name.find_first_of("/\\") == std::string_view::npos;
}

/// The members of an object whose values are texts; empty where there is no object.
CsvMapping::Pairs pairs_of(net::BodyFields& fields, std::string_view name) {
    CsvMapping::Pairs pairs;
    const boost::json::value* value = fields.optional_value(name);
    if (value == nullptr || value->is_null()) {
        return pairs;
    }
    if (!value->is_object()) {
        fields.breach(name, "an object of texts");
        return pairs;
    }
    for (const auto& [key, text] : value->as_object()) {
        if (!text.is_string()) {
            fields.breach(name, "an object of texts");
            return {};
        }
        pairs.emplace(std::string{key}, std::string{text.as_string()});
    }
    return pairs;
}

Like like_of(net::BodyFields& fields) {
    const std::string text = fields.optional_text("like").value_or("");
    if (text == "hledger") {
        return Like::hledger;
    }
    if (text == "ledger") {
        return Like::ledger;
    }
    if (!text.empty()) {
        fields.breach("like", "hledger or ledger");
    }
    return Like::exact;
}

JournalOptions journal_options_of(net::BodyFields& fields) {
    JournalOptions options{.like = like_of(fields)};
    for (auto& [symbol, code] : pairs_of(fields, "symbols")) {
        options.symbols.emplace_back(symbol, code);
    }
    for (const auto& [account, text] : pairs_of(fields, "types")) {
        const auto type = ledger::parse_account_type(text);
        if (type) {
            options.types.emplace_back(account, *type);
        } else {
            fields.breach("types", "asset, liability, equity, revenue or expense for each account");
        }
    }
    return options;
}

void write_problem(base::JsonWriter& json, const ImportProblem& problem) {
    json.begin_object();
    json.member("line", problem.line).member("column", problem.column);
    json.member("code", problem.code).member("reason", problem.reason);
    json.member("account", problem.account.empty() ? std::nullopt : std::optional{problem.account});
    json.end_object();
}

void write_question(base::JsonWriter& json, const ImportQuestion& question) {
    json.begin_object().member("line", question.line).member("column", question.column);
    json.member("option", question.option).member("text", question.text);
    json.member("alike", question.alike);
    json.key("readings").begin_array();
    for (const ImportQuestion::Reading& reading : question.readings) {
        json.begin_object().member("value", reading.value).member("reads", reading.reads);
        json.end_object();
    }
    json.end_array().end_object();
}

void write_effect(base::JsonWriter& json, const BalanceEffect& effect) {
    json.begin_object();
    json.member("account_code", effect.account_code).member("account", effect.account);
    json.member("commodity", effect.commodity);
    json.member("change", base::to_string(effect.change));
    json.member("after", base::to_string(effect.after));
    json.end_object();
}

template <class Items, class Write>
void write_array(base::JsonWriter& json, std::string_view name, const Items& items, Write write) {
    json.key(name).begin_array();
    for (const auto& item : items) {
        write(json, item);
    }
    json.end_array();
}

}  // namespace

base::Result<SentFile> sent_file_of(const boost::json::value& body, std::string& mapping_name) {
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    const std::string format = fields.text("format");
    SentFile file{.name = fields.text("name"), .content = fields.text("content")};
    const boost::json::value* mapping = fields.optional_value("mapping");
    CsvMapping::Pairs pairs;
    if (mapping != nullptr && mapping->is_string()) {
        mapping_name = std::string{mapping->as_string()};
    } else {
        pairs = pairs_of(fields, "mapping");
    }
    file.journal = journal_options_of(fields);
    for (auto& [account, code] : pairs_of(fields, "accounts")) {
        file.accounts.emplace(account, code);
    }
    fields.refuse_unknown();
    if (format == "csv") {
        file.format = FileFormat::csv;
        if (mapping_name.empty() && pairs.empty()) {
            fields.breach("mapping", "the name of a mapping, or its pairs");
        }
    } else if (format == "gnucash") {
        file.format = FileFormat::gnucash;
    } else if (format != "journal") {
        fields.breach("format", "csv, gnucash or journal");
    }
    if (!is_file_name(file.name)) {
        fields.breach("name", "1 to 200 characters of plain text, no slashes");
    }
    auto content = base::from_base64(file.content);
    if (!content || content->size() > kContentBytesMax) {
        fields.breach("content", "base64 of at most 5 MiB");
    }
    AB_CHECK(net::refuse_breaches("import.bad_file", "Nothing was imported", std::move(wrong)));
    file.content = *std::move(content);
    if (!pairs.empty()) {
        AB_TRY(told, net::at_member(CsvMapping::of(std::move(pairs)), "/mapping"));
        file.mapping = std::move(told);
    }
    return file;
}

base::Result<SavedMapping> mapping_of(const boost::json::value& body) {
    std::vector<base::FieldError> wrong;
    net::BodyFields fields{body, "", wrong};
    std::string name = fields.text("name");
    CsvMapping::Pairs pairs = pairs_of(fields, "pairs");
    fields.refuse_unknown();
    AB_CHECK(net::refuse_breaches("import.bad_mapping", "Nothing was saved", std::move(wrong)));
    AB_CHECK(net::at_member(check_mapping_name(name), "/name"));
    AB_TRY(mapping, net::at_member(CsvMapping::of(std::move(pairs)), "/pairs"));
    return SavedMapping{.name = std::move(name), .mapping = std::move(mapping)};
}

void write_report(base::JsonWriter& json, const FileReport& report) {
    const BookImportResult& result = report.result;
    json.begin_object();
    json.member("format", to_string(report.format));
    json.member("batch", result.batch.transform([](base::EntryNumber number) {
        return number.value;
    }));
    json.member("posted", result.posted).member("repeated", result.repeated);
    json.member("without_lines", result.without_lines).member("left_out", report.left_out);
    json.member("accounts_made", result.accounts_made);
    json.member("commodities_made", result.commodities_made);
    json.key("csv");
    if (report.csv) {
        write_format(json, *report.csv);
    } else {
        json.value(nullptr);
    }
    json.member("problem_count", result.problem_count);
    write_array(json, "problems", result.problems, write_problem);
    write_array(json, "questions", report.questions, write_question);
    write_array(json, "unknown_accounts", result.unknown_accounts, [](auto& out, const auto& code) {
        out.value(code);
    });
    write_array(json, "new_accounts", result.accounts, [](auto& out, const AccountMade& made) {
        out.begin_object().member("account", made.account).member("line", made.line);
        out.member("code", made.code).member("type", ledger::to_string(made.type));
        out.member("type_assumed", made.type_assumed).end_object();
    });
    write_array(json, "repeats", result.repeats, [](auto& out, const RepeatedEntry& entry) {
        out.begin_object().member("line", entry.line).member("number", entry.number.value);
        out.end_object();
    });
    write_array(json, "effects", result.effects, write_effect);
    write_array(json, "remarks", report.remarks, [](auto& out, const Remark& remark) {
        out.begin_object().member("line", remark.at.line).member("column", remark.at.column);
        out.member("text", remark.text).end_object();
    });
    json.end_object();
}

void write_batch(base::JsonWriter& json, const ImportBatch& batch) {
    json.begin_object();
    json.member("batch", batch.first.value);
    json.member("first_number", batch.first.value).member("last_number", batch.last.value);
    json.member("format", batch.format).member("file_name", batch.file_name);
    json.member("imported_by", batch.imported_by);
    json.member("imported_at", base::to_rfc3339(batch.imported_at));
    json.member("reversed_by", batch.reversed_by);
    json.member("reversed_at", batch.reversed_at.transform(base::to_rfc3339));
    json.member("reason", batch.reason);
    json.end_object();
}

void write_mapping(base::JsonWriter& json, const SavedMapping& saved) {
    json.begin_object().member("name", saved.name).key("pairs").begin_object();
    for (const auto& [key, value] : saved.mapping.pairs()) {
        json.member(key, value);
    }
    json.end_object();
    json.member("saved_by", saved.saved_by);
    json.member("saved_at", base::to_rfc3339(saved.saved_at));
    json.end_object();
}

}  // namespace accubooks::interchange
