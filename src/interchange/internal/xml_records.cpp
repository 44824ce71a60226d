#include "interchange/internal/xml_records.h"

#include <exception>
#include <functional>
#include <set>
#include <string>

#include <expat.h>
#include <fmt/format.h>

#include "base/error.h"
#include "interchange/gnucash_import.h"
#include "interchange/internal/refusal.h"

namespace accubooks::interchange {

std::string_view XmlRecord::Element::name() const {
    const Node& node = record_->nodes_[node_];
    return std::string_view{record_->bytes_}.substr(node.start, node.name);
}

std::string_view XmlRecord::Element::text() const {
    const Node& node = record_->nodes_[node_];
    const bool has_children = node.next > node_ + 1;
    return has_children
               ? std::string_view{}
               : std::string_view{record_->bytes_}.substr(node.start + node.name, node.text);
}

SourcePosition XmlRecord::Element::at() const {
    return record_->nodes_[node_].at;
}

std::optional<XmlRecord::Element> XmlRecord::Element::child(std::string_view name) const {
    const std::size_t end = record_->nodes_[node_].next;
    for (std::size_t at = node_ + 1; at < end; at = record_->nodes_[at].next) {
        if (const Element found{*record_, at}; found.name() == name) {
            return found;
        }
    }
    return std::nullopt;
}

std::vector<XmlRecord::Element> XmlRecord::Element::children(std::string_view name) const {
    std::vector<Element> found;
    const std::size_t end = record_->nodes_[node_].next;
    for (std::size_t at = node_ + 1; at < end; at = record_->nodes_[at].next) {
        if (const Element child{*record_, at}; child.name() == name) {
            found.push_back(child);
        }
    }
    return found;
}

void XmlRecord::clear() {
    bytes_.clear();
    nodes_.clear();
    opened_.clear();
}

bool XmlRecord::open(std::string_view name, SourcePosition at) {
    if (nodes_.size() == GnucashLimits::kRecordElements ||
        bytes_.size() + name.size() > GnucashLimits::kRecordBytes) {
        return false;
    }
    opened_.push_back(nodes_.size());
    nodes_.push_back({.start = bytes_.size(), .name = name.size(), .at = at});
    bytes_ += name;
    return true;
}

bool XmlRecord::append(std::string_view text) {
    // What stands beside elements is the file's layout.
    if (opened_.back() + 1 != nodes_.size()) {
        return true;
    }
    if (bytes_.size() + text.size() > GnucashLimits::kRecordBytes) {
        return false;
    }
    bytes_ += text;
    nodes_.back().text += text.size();
    return true;
}

void XmlRecord::close() {
    nodes_[opened_.back()].next = nodes_.size();
    opened_.pop_back();
}

struct XmlReader::State {
    State(XmlHandler& to, Refusal& where) : handler{to}, refusal{where} {}

    SourcePosition place() const {
        return {
            .line = static_cast<std::uint32_t>(::XML_GetCurrentLineNumber(parser.get())),
            .column = static_cast<std::uint32_t>(::XML_GetCurrentColumnNumber(parser.get()) + 1),
        };
    }
    void refuse(std::string_view code, std::string reason) {
        refusal.refuse(place(), code, std::move(reason));
        stop();
    }
    void stop() {
        has_ended = true;
        ::XML_StopParser(parser.get(), XML_FALSE);
    }
    void too_large() {
        refuse(
            "interchange.transaction_too_large",
            "one transaction or account has more than 4 MiB, or more than 500000 elements"
        );
    }

    bool is_known_or_fits(std::string_view name);
    void begin(std::string_view name, const XML_Char** attributes);
    void end();
    void text(std::string_view text);
    bool parse(std::string_view bytes, bool is_last);

    /// Runs what expat calls; nothing is thrown through its frames.
    template <class Act>
    static void guarded(void* data, Act act) {
        auto& state = *static_cast<State*>(data);
        // Expat may finish what it has begun after it was stopped.
        if (state.has_ended) {
            return;
        }
        try {
            act(state);
        } catch (...) {
            state.thrown = std::current_exception();
            state.stop();
        }
    }

    struct Free {
        void operator()(XML_Parser what) const { ::XML_ParserFree(what); }
    };

    XmlHandler& handler;
    Refusal& refusal;
    std::unique_ptr<XML_ParserStruct, Free> parser{::XML_ParserCreate(nullptr)};
    XmlRecord record;
    std::size_t depth = 0;    // of all elements
    std::size_t entered = 0;  // those of them that were entered
    std::size_t skipped = 0;  // depth of the one that is skipped; 0: none
    std::uint64_t elements = 0;
    std::uint64_t bytes_read = 0;
    std::set<std::string, std::less<>> names;  // of elements and attributes
    bool has_ended = false;
    std::exception_ptr thrown;
};

/// The parser keeps every name that it has met until the end, in elements that are skipped too.
bool XmlReader::State::is_known_or_fits(std::string_view name) {
    return names.contains(name) ||
           (name.size() <= GnucashLimits::kNameBytes && names.size() < GnucashLimits::kNames &&
            names.emplace(name).second);
}

void XmlReader::State::begin(std::string_view name, const XML_Char** attributes) {
    bool fits = is_known_or_fits(name);
    for (; fits && *attributes != nullptr; attributes += 2) {  // each name with its value
        fits = is_known_or_fits(*attributes);
    }
    if (!fits) {
        return refuse(
            "interchange.too_large",
            fmt::format(
                "the file has more than {} names of elements and attributes, or one of more than "
                "{} bytes",
                GnucashLimits::kNames,
                GnucashLimits::kNameBytes
            )
        );
    }
    ++depth;
    if (++elements > GnucashLimits::kElements) {
        return refuse("interchange.too_large", "the file has more than 200 million elements");
    }
    if (depth > GnucashLimits::kDepth) {
        return refuse("interchange.bad_xml", "the elements stand in each other more than 64 deep");
    }
    if (skipped != 0) {
        return;
    }
    if (!record.is_empty()) {
        return record.open(name, place()) ? void() : too_large();
    }
    const auto way = handler.begin(name, entered, place());
    if (!way) {
        return stop();
    }
    switch (*way) {
        case XmlHandler::Way::enter:
            ++entered;
            break;
        case XmlHandler::Way::record:
            record.open(name, place());
            break;
        case XmlHandler::Way::skip:
            skipped = depth;
            break;
    }
}

void XmlReader::State::end() {
    const std::size_t ends = depth--;
    if (skipped != 0) {
        skipped = skipped == ends ? 0 : skipped;
        return;
    }
    if (record.is_empty()) {
        --entered;
        return;
    }
    record.close();
    if (depth == entered) {
        if (!handler.record(record)) {
            stop();
        }
        record.clear();
    }
}

void XmlReader::State::text(std::string_view text) {
    if (skipped == 0 && !record.is_empty() && !record.append(text)) {
        too_large();
    }
}

bool XmlReader::State::parse(std::string_view bytes, bool is_last) {
    const auto status =
        ::XML_Parse(parser.get(), bytes.data(), static_cast<int>(bytes.size()), is_last ? 1 : 0);
    bytes_read += bytes.size();
    if (thrown) {
        std::rethrow_exception(thrown);
    }
    if (has_ended) {
        return false;
    }
    if (status != XML_STATUS_OK) {
        const XML_Error error = ::XML_GetErrorCode(parser.get());
        refuse(
            "interchange.bad_xml",
            fmt::format("the XML can't be read on from here: {}", ::XML_ErrorString(error))
        );
        return false;
    }
    // Text is handed on as it comes; what expat holds back is a tag or a comment that hasn't ended.
    const auto handled = ::XML_GetCurrentByteIndex(parser.get());
    if (handled >= 0 &&
        bytes_read - static_cast<std::uint64_t>(handled) > GnucashLimits::kTagBytes) {
        refuse("interchange.too_large", "a tag or a comment is longer than 1 MiB");
        return false;
    }
    return true;
}

XmlReader::XmlReader(XmlHandler& handler, Refusal& refusal)
    : state_{std::make_unique<State>(handler, refusal)} {
    XML_Parser parser = state_->parser.get();
    base::ensure(parser != nullptr, "there is memory for a parser");
    ::XML_SetUserData(parser, state_.get());
    ::XML_SetElementHandler(
        parser,
        [](void* data, const XML_Char* name, const XML_Char** attributes) {
            State::guarded(data, [name, attributes](State& state) {
                state.begin(name, attributes);
            });
        },
        [](void* data, const XML_Char* /*name*/) {
            State::guarded(data, [](State& state) { state.end(); });
        }
    );
    ::XML_SetCharacterDataHandler(parser, [](void* data, const XML_Char* text, int length) {
        State::guarded(data, [text, length](State& state) {
            state.text({text, static_cast<std::size_t>(length)});
        });
    });
    ::XML_SetStartDoctypeDeclHandler(
        parser,
        [](void* data,
           const XML_Char* /*name*/,
           const XML_Char* /*system*/,
           const XML_Char* /*public_id*/,
           int /*has_subset*/) {
            State::guarded(data, [](State& state) {
                state.refuse(
                    "interchange.bad_xml",
                    "the file declares a document type, with which it could define entities"
                );
            });
        }
    );
}

XmlReader::~XmlReader() = default;

bool XmlReader::read(std::string_view bytes) {
    return state_->parse(bytes, false);
}

bool XmlReader::finish() {
    return state_->parse({}, true);
}

}  // namespace accubooks::interchange
