#include "ledger/attachment_store.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/utf8.h"
#include "ledger/entry_store.h"
#include "ledger/internal/documents.h"
#include "net/body_fields.h"

namespace accubooks::ledger {
namespace {

constexpr std::array<std::string_view, 8> kTypes{
    "application/pdf",
    "application/xml",
    "image/jpeg",
    "image/png",
    "image/tiff",
    "message/rfc822",
    "text/csv",
    "text/plain",
};

constexpr std::size_t kNameMax = 200;

bool is_file_name(std::string_view name) {
    return !name.empty() && base::is_plain_text(name) && base::characters_in(name) <= kNameMax &&
           name.find_first_of("/\\") == std::string_view::npos && name != "." && name != "..";
}

constexpr pg::Statement kUse{
    .name = "ledger.attachments_in_use",
    .text = R"sql(
select count(d.sha256), coalesce(sum(octet_length(d.content)), 0)::bigint, count(d.sha256) filter (where d.sha256 = $3)
  from books.journal_entry e
  left join (books.attachment a join books.document d on d.tenant_id = $1 and d.sha256 = a.sha256)
    on a.tenant_id = $1 and a.number = e.number
 where e.tenant_id = $1
   and e.number = $2
 group by e.number)sql",
};

constexpr pg::Statement kKeep{
    .name = "ledger.keep_document",
    .text = R"sql(
insert into books.document (tenant_id, sha256, media_type, content, added_at)
values ($1, $2, $3, $4, $5)
on conflict (tenant_id, sha256) do nothing)sql",
};

constexpr pg::Statement kAttach{
    .name = "ledger.attach",
    .text = R"sql(
insert into books.attachment (tenant_id, number, sha256, name, attached_by, attached_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (tenant_id, number, sha256) do nothing)sql",
};

constexpr pg::Statement kList{
    .name = "ledger.list_attachments",
    .text = R"sql(
select a.sha256, a.name, d.media_type, octet_length(d.content), a.attached_by, a.attached_at
  from books.journal_entry e
  left join (books.attachment a join books.document d on d.tenant_id = $1 and d.sha256 = a.sha256)
    on a.tenant_id = $1 and a.number = e.number
 where e.tenant_id = $1
   and e.number = $2
 order by a.attached_at, a.sha256)sql",
};

constexpr pg::Statement kFind{
    .name = "ledger.find_attachment",
    .text = R"sql(
select a.sha256, a.name, d.media_type, octet_length(d.content), a.attached_by, a.attached_at, d.content
  from books.attachment a
  join books.document d on d.tenant_id = $1 and d.sha256 = a.sha256
 where a.tenant_id = $1
   and a.number = $2
   and a.sha256 = $3)sql",
};

}  // namespace

std::span<const std::string_view> document_types() {
    return kTypes;
}

std::unexpected<base::Error> no_such_attachment() {
    return base::refuse(
        base::ErrorKind::not_found, "ledger.attachment_not_found", "There is no such attachment."
    );
}

base::Result<void> check_document(const NewAttachment& document) {
    std::vector<base::FieldError> wrong;
    if (!is_file_name(document.name)) {
        wrong.push_back({"/name", "1 to 200 characters of plain text, no slashes"});
    }
    if (std::ranges::find(kTypes, document.media_type) == kTypes.end()) {
        wrong.push_back({"/media_type", fmt::format("one of {}", fmt::join(kTypes, ", "))});
    }
    if (document.content.empty() || document.content.size() > kDocumentBytesMax) {
        wrong.push_back({"/content", "1 byte to 4 MiB"});
    }
    return net::refuse_breaches("ledger.bad_attachment", "Nothing was attached", std::move(wrong));
}

base::Task<base::Result<Attachment>> attach(
    pg::TenantTransaction& transaction,
    base::EntryNumber number,
    NewAttachment document,
    DocumentBounds bounds
) {
    const base::TenantId tenant = transaction.tenant();
    const base::Digest sha256 = base::sha256(document.content);
    const DocumentUse of_day = co_await lock_documents(transaction, document.at);
    const pg::Rows in_use =
        co_await transaction.execute(kUse, pg::Params::of(tenant, number, sha256));
    if (in_use.empty()) {
        co_return std::unexpected(no_such_entry());
    }
    if (in_use[0].get<std::int64_t>(2) == 0) {
        const DocumentUse of_entry = document_use(in_use[0]);
        const std::size_t bytes = document.content.size();
        AB_CO_CHECK(co_await take_document(transaction, of_entry, of_day, bytes, bounds));
        const std::vector<std::uint8_t> content{document.content.begin(), document.content.end()};
        co_await transaction.execute(
            kKeep, pg::Params::of(tenant, sha256, document.media_type, content, document.at)
        );
        co_await transaction.execute(
            kAttach,
            pg::Params::of(tenant, number, sha256, document.name, document.actor, document.at)
        );
    }
    auto found = co_await find_attachment(transaction, number, sha256);
    base::ensure(found.has_value(), "what was attached in this transaction is there");
    co_return std::move(found->attachment);
}

base::Task<base::Result<std::vector<Attachment>>> attachments_of(
    pg::TenantTransaction& transaction, base::EntryNumber number
) {
    const pg::Rows rows =
        co_await transaction.execute(kList, pg::Params::of(transaction.tenant(), number));
    if (rows.empty()) {
        co_return std::unexpected(no_such_entry());
    }
    co_return attachments_in(rows);
}

base::Task<std::optional<AttachedContent>> find_attachment(
    pg::TenantTransaction& transaction, base::EntryNumber number, base::Digest sha256
) {
    const pg::Rows rows =
        co_await transaction.execute(kFind, pg::Params::of(transaction.tenant(), number, sha256));
    if (rows.empty()) {
        co_return std::nullopt;
    }
    co_return attached_content_of(rows[0]);
}

}  // namespace accubooks::ledger
