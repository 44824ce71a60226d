#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "interchange/import_source.h"

namespace accubooks::interchange {

class Refusal;

/// An element with all that is in it, in the order of the file. Attributes aren't kept, nor is text
/// beside elements.
class XmlRecord {
public:
    /// One element of a record; views live as long as the record stays what it is.
    class Element {
    public:
        std::string_view name() const;
        /// UTF-8 as it stands, line ends as '\n'; empty where there are elements inside.
        std::string_view text() const;
        SourcePosition at() const;
        /// The first child of that name.
        std::optional<Element> child(std::string_view name) const;
        /// The children of that name, in order.
        std::vector<Element> children(std::string_view name) const;

    private:
        friend class XmlRecord;
        Element(const XmlRecord& record, std::size_t node) : record_{&record}, node_{node} {}
        const XmlRecord* record_;
        std::size_t node_;
    };

    Element root() const { return {*this, 0}; }

    void clear();
    bool is_empty() const { return nodes_.empty(); }
    /// False past GnucashLimits.
    bool open(std::string_view name, SourcePosition at);
    bool append(std::string_view text);
    void close();

private:
    struct Node {
        std::size_t start = 0;  // of its name in bytes_, its text behind it
        std::size_t name = 0;   // bytes of each
        std::size_t text = 0;
        std::size_t next = 0;  // the node behind it and all that is in it
        SourcePosition at{};
    };

    std::string bytes_;
    std::vector<Node> nodes_;          // each before its children
    std::vector<std::size_t> opened_;  // nodes that aren't closed yet
};

/// What is done with the elements of a file.
class XmlHandler {
public:
    enum class Way : std::uint8_t {
        enter,   // its children come one by one
        record,  // it is gathered whole, then handed to `record`
        skip,    // nothing in it is looked at
    };

    virtual ~XmlHandler() = default;
    /// An element begins; `depth` elements that were entered are around it. None: reading ends
    /// here, something was refused.
    virtual std::optional<Way> begin(
        std::string_view name, std::size_t depth, SourcePosition at
    ) = 0;
    /// False: reading ends here.
    virtual bool record(const XmlRecord& record) = 0;
};

/// Parses a file of any size piece by piece, holding one record at a time. No document type, so no
/// entities but XML's own five, and nothing is fetched. Limits: GnucashLimits. Refuses with
/// `interchange.bad_xml`, `interchange.too_large` and `interchange.transaction_too_large`.
class XmlReader {
public:
    XmlReader(XmlHandler& handler, Refusal& refusal);
    ~XmlReader();
    XmlReader(const XmlReader&) = delete;
    XmlReader& operator=(const XmlReader&) = delete;

    /// False after a refusal, or when the handler ended reading. What a handler throws is thrown.
    bool read(std::string_view bytes);
    bool finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace accubooks::interchange
