#include "audit/leaf.h"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "audit/internal/json_fields.h"
#include "base/canonical_json.h"

namespace accubooks::audit {
namespace {

namespace json = boost::json;

constexpr std::string_view kBadLeaf = "audit.bad_leaf";
constexpr std::size_t kEntryBytesMax = 8UL * 1024;
constexpr std::int64_t kVersion = 1;
constexpr std::int64_t kSeqMax = (std::int64_t{1} << 53) - 1;

}  // namespace

base::Digest payload_digest(const Salt& salt, std::string_view payload) {
    return base::Sha256{}
        .update({reinterpret_cast<const char*>(salt.data()), salt.size()})
        .update(payload)
        .finish();
}

base::Result<Leaf> Leaf::parse(std::string_view entry) {
    AB_TRY(document, read_json(entry, kEntryBytesMax, kBadLeaf));
    JsonFields fields{document, kBadLeaf};
    fields.count("v", kVersion, kVersion);
    Leaf leaf{
        .seq = fields.count("seq", 0, kSeqMax),
        .time = fields.time("time"),
        .actor = fields.text("actor", 1, 200),
        .action = fields.text("action", 1, 100),
        .object = fields.text("object", 1, 500),
        .prev_leaf = fields.digest("prev_leaf"),
        .payload_sha256 = fields.digest("payload_sha256"),
    };
    if (fields.optional("object_digest") != nullptr) {
        leaf.object_digest = fields.digest("object_digest");
    }
    if (fields.optional("tenant") != nullptr) {
        fields.breach("tenant is always null: no tenant's matters are in this log");
    }
    AB_CHECK(std::move(fields).finish("The leaf"));
    if (to_entry(leaf) != entry) {
        return base::refuse(
            base::ErrorKind::invalid, kBadLeaf, "The leaf is refused: it isn't canonical JSON."
        );
    }
    return leaf;
}

std::string to_entry(const Leaf& leaf) {
    json::value object_digest;
    if (leaf.object_digest) {
        object_digest = base::to_hex(*leaf.object_digest);
    }
    const auto text = base::canonical_json(json::object{
        {"v", kVersion},
        {"seq", leaf.seq},
        {"time", base::to_rfc3339(leaf.time)},
        {"actor", leaf.actor},
        {"action", leaf.action},
        {"object", leaf.object},
        {"object_digest", std::move(object_digest)},
        {"prev_leaf", base::to_hex(leaf.prev_leaf)},
        {"tenant", nullptr},
        {"payload_sha256", base::to_hex(leaf.payload_sha256)},
    });
    base::ensure(text.has_value(), "a leaf's texts were checked when it was recorded");
    return *text;
}

}  // namespace accubooks::audit
