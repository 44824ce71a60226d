#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "ops/sources.h"

namespace accubooks::ops {
namespace {

/// A file of settings has a few lines; more is another file, given by mistake.
constexpr std::uintmax_t kBytesMax = 1'048'576;

/// One walk through a document, with the keys of the tables around.
class Reader {
public:
    explicit Reader(std::string_view name) : name_{name} {}

    base::Result<void> read(const toml::table& table, const std::string& prefix) {
        for (const auto& [key, node] : table) {
            const std::string path =
                prefix.empty() ? std::string{key.str()} : fmt::format("{}.{}", prefix, key.str());
            if (const toml::table* const inner = node.as_table()) {
                if (inner->empty()) {
                    AB_CHECK(section(path, *inner));
                }
                AB_CHECK(read(*inner, path));
            } else {
                AB_CHECK(leaf(path, key, node));
            }
        }
        return {};
    }

    GivenValues take() && { return std::move(values_); }

private:
    std::string place(const toml::source_region& source) const {
        return fmt::format("{}:{}:{}", name_, source.begin.line, source.begin.column);
    }

    std::unexpected<base::Error> wrong(const toml::source_region& source, base::Error error) const {
        error.detail = fmt::format("{}: {}", place(source), error.detail);
        return std::unexpected(std::move(error));
    }

    /// A table without anything in it still has a name that somebody meant.
    base::Result<void> section(const std::string& path, const toml::table& table) const {
        for (const Setting& setting : registry()) {
            if (setting.key.starts_with(path + '.')) {
                return {};
            }
        }
        return wrong(table.source(), setting_of(path).error());
    }

    base::Result<void> leaf(const std::string& path, const toml::key& key, const toml::node& node) {
        const auto setting = setting_of(path);
        if (!setting) {
            return wrong(key.source(), setting.error());
        }
        Value value;
        if (const auto number = node.value_exact<std::int64_t>()) {
            value = *number;
        } else if (auto text = node.value_exact<std::string>()) {
            value = std::move(*text);
        } else {
            return wrong(
                node.source(),
                {.kind = base::ErrorKind::invalid,
                 .code = "settings.bad_value",
                 .detail = fmt::format("{} must be {}.", path, shape_of(**setting))}
            );
        }
        if (const auto good = check(**setting, value); !good) {
            return wrong(node.source(), good.error());
        }
        values_.emplace(path, Given{.value = std::move(value), .where = place(node.source())});
        return {};
    }

    std::string_view name_;
    GivenValues values_;
};

std::unexpected<base::Error> unreadable(const std::filesystem::path& file, std::string_view why) {
    return base::refuse(
        base::ErrorKind::not_found,
        "settings.no_file",
        fmt::format("The settings in {} can't be read: {}.", file.string(), why)
    );
}

}  // namespace

base::Result<GivenValues> read_settings(std::string_view toml, std::string_view name) {
    toml::table document;
    try {
        document = toml::parse(toml);
    } catch (const toml::parse_error& error) {
        const auto& begin = error.source().begin;
        return base::refuse(
            base::ErrorKind::invalid,
            "settings.bad_file",
            fmt::format("{}:{}:{}: {}.", name, begin.line, begin.column, error.description())
        );
    }
    Reader reader{name};
    AB_CHECK(reader.read(document, ""));
    return std::move(reader).take();
}

base::Result<GivenValues> read_settings_file(const std::filesystem::path& file) {
    std::error_code error;
    const std::uintmax_t bytes = std::filesystem::file_size(file, error);
    if (error) {
        return unreadable(file, error.message());
    }
    if (bytes > kBytesMax) {
        return unreadable(file, fmt::format("it has {} bytes", bytes));
    }
    std::ifstream stream{file, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{stream}, {}};
    if (!stream.is_open() || stream.bad()) {
        return unreadable(file, "it can't be opened");
    }
    return read_settings(text, file.string());
}

}  // namespace accubooks::ops
