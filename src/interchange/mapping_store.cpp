#include "interchange/mapping_store.h"

#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/json.h"
#include "base/json_writer.h"
#include "base/utf8.h"

namespace accubooks::interchange {
namespace {

constexpr std::size_t kNameMax = 100;

constexpr pg::Statement kSaveMapping{
    .name = "interchange.save_mapping",
    .text = R"sql(
insert into books.import_mapping (tenant_id, name, mapping, saved_by, saved_at)
values ($1, $2, $3, $4, $5)
on conflict (tenant_id, name) do update
   set mapping = excluded.mapping, saved_by = excluded.saved_by, saved_at = excluded.saved_at)sql",
};

// The counter's row is locked until commit, so that a second writer counts this mapping too.
constexpr pg::Statement kLockMappings{
    .name = "interchange.lock_mappings",
    .text = R"sql(
insert into books.counter as c (tenant_id, name, value)
values ($1, 'import_mapping', 1)
on conflict (tenant_id, name) do update set value = c.value + 1
returning value)sql",
};

constexpr pg::Statement kCountOthers{
    .name = "interchange.count_other_mappings",
    .text = "select count(*) from books.import_mapping where tenant_id = $1 and name <> $2",
};

constexpr pg::Statement kRemoveMapping{
    .name = "interchange.remove_mapping",
    .text = R"sql(
delete from books.import_mapping
 where tenant_id = $1
   and name = $2
returning name)sql",
};

constexpr pg::Statement kLoadMapping{
    .name = "interchange.load_mapping",
    .text = R"sql(
select name, mapping::text, saved_by, saved_at
  from books.import_mapping
 where tenant_id = $1
   and name = $2)sql",
};

constexpr pg::Statement kListMappings{
    .name = "interchange.list_mappings",
    .text = R"sql(
select name, mapping::text, saved_by, saved_at
  from books.import_mapping
 where tenant_id = $1
   and name > coalesce($2, '')
 order by name
 limit $3)sql",
};

SavedMapping saved_mapping(const pg::Row& row) {
    const auto json = base::parse_json(row.get<std::string_view>(1));
    base::ensure(json.has_value(), "jsonb is JSON");
    CsvMapping::Pairs pairs;
    for (const auto& [key, value] : json->as_object()) {
        pairs.emplace(std::string{key}, std::string{value.as_string()});
    }
    auto mapping = CsvMapping::of(std::move(pairs));
    base::ensure(mapping.has_value(), "a mapping was good when it was saved");
    return {
        .name = row.get<std::string>(0),
        .mapping = *std::move(mapping),
        .saved_by = row.get<std::string>(2),
        .saved_at = row.get<base::Instant>(3),
    };
}

std::unexpected<base::Error> no_mapping(std::string_view name) {
    return base::refuse(
        base::ErrorKind::not_found,
        "import.no_mapping",
        fmt::format("No mapping of these books has the name \"{}\".", base::printable(name))
    );
}

}  // namespace

base::Result<void> check_mapping_name(std::string_view name) {
    if (name.empty() || !base::is_plain_text(name) || base::characters_in(name) > kNameMax) {
        return base::refuse(
            base::ErrorKind::invalid,
            "import.bad_mapping",
            "A mapping's name is 1 to 100 characters of plain text."
        );
    }
    return {};
}

base::Task<base::Result<void>> save_mapping(
    pg::TenantTransaction& transaction, SavedMapping mapping
) {
    const base::TenantId tenant = transaction.tenant();
    co_await transaction.execute(kLockMappings, pg::Params::of(tenant));
    const pg::Rows others =
        co_await transaction.execute(kCountOthers, pg::Params::of(tenant, mapping.name));
    if (others[0].get<std::int64_t>(0) >= kMappingsMax) {
        co_return base::refuse(
            base::ErrorKind::conflict,
            "import.too_many_mappings",
            fmt::format("Books have at most {} mappings; remove some.", kMappingsMax)
        );
    }
    base::JsonWriter json;
    json.begin_object();
    for (const auto& [key, value] : mapping.mapping.pairs()) {
        json.member(key, value);
    }
    json.end_object();
    const std::string text = std::move(json).take();
    pg::Params params = pg::Params::of(tenant, mapping.name);
    params.add_json(std::string_view{text});
    params.add(mapping.saved_by).add(mapping.saved_at);
    co_await transaction.execute(kSaveMapping, std::move(params));
    co_return base::Result<void>{};
}

base::Task<base::Result<void>> remove_mapping(
    pg::TenantTransaction& transaction, std::string name
) {
    AB_CO_CHECK(check_mapping_name(name));
    const pg::Rows rows =
        co_await transaction.execute(kRemoveMapping, pg::Params::of(transaction.tenant(), name));
    if (rows.empty()) {
        co_return no_mapping(name);
    }
    co_return base::Result<void>{};
}

base::Task<base::Result<SavedMapping>> load_mapping(
    pg::TenantTransaction& transaction, std::string name
) {
    AB_CO_CHECK(check_mapping_name(name));
    const pg::Rows rows =
        co_await transaction.execute(kLoadMapping, pg::Params::of(transaction.tenant(), name));
    if (rows.empty()) {
        co_return no_mapping(name);
    }
    co_return saved_mapping(rows[0]);
}

base::Task<std::vector<SavedMapping>> list_mappings(
    pg::TenantTransaction& transaction, std::optional<std::string> after, std::int64_t limit
) {
    const pg::Rows rows = co_await transaction.execute(
        kListMappings, pg::Params::of(transaction.tenant(), after, limit)
    );
    co_return rows.map(saved_mapping);
}

}  // namespace accubooks::interchange
