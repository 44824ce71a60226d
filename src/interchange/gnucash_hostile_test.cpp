#include <string>

#include <gtest/gtest.h>
#include <zlib.h>

#include "interchange/internal/gnucash_fixture.h"

/// Files made to hurt, and files that broke: refused by a sentence, in bounded memory and time.
namespace accubooks::interchange {
namespace {

/// As gzip writes it.
std::string compressed(std::string_view text) {
    z_stream stream{};
    EXPECT_EQ(::deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
    std::string out(::deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    ::deflateEnd(&stream);
    return out;
}

const std::string kBook = file_text(
    accounts_text() + transaction_text({}, {{"food", "1250/100"}, {"bank", "-1250/100"}})
);

std::string code_of(std::string_view content) {
    const auto read = read_gnucash(content);
    return read.error ? std::string{read.error->code} : "";
}

TEST(GnucashFileTest, MayBeCompressed) {
    const auto plain = read_gnucash(kBook);
    const auto gzip = read_gnucash(compressed(kBook));
    ASSERT_EQ(plain.error_text, "");
    ASSERT_EQ(gzip.error_text, "");
    EXPECT_EQ(plain.balances, gzip.balances);
    EXPECT_EQ(plain.entries.at(0).digest, gzip.entries.at(0).digest);
}

TEST(GnucashFileTest, IsRefusedWhereverItEndsTooEarly) {
    for (std::size_t length = 0; length < kBook.size() - 1; length += 7) {
        EXPECT_EQ(code_of(kBook.substr(0, length)), "interchange.bad_xml") << length;
    }
    const std::string gzip = compressed(kBook);
    for (std::size_t length = 2; length < gzip.size(); length += 3) {
        EXPECT_EQ(code_of(gzip.substr(0, length)), "interchange.bad_gzip") << length;
    }
}

TEST(GnucashFileTest, IsRefusedWhenItsCompressionIsDamaged) {
    std::string gzip = compressed(kBook);
    gzip[gzip.size() - 6] ^= 1;  // of its checksum
    EXPECT_EQ(code_of(gzip), "interchange.bad_gzip");
}

TEST(GnucashFileTest, IsRefusedWhenItExpandsWithoutEnd) {
    const std::string bomb = compressed("<gnc-v2>" + std::string(64U << 20U, ' ') + "</gnc-v2>");
    ASSERT_LT(bomb.size(), 100'000U);
    EXPECT_EQ(code_of(bomb), "interchange.too_large");
}

TEST(GnucashFileTest, IsRefusedWhenItIsSomethingElse) {
    EXPECT_EQ(code_of("<html><body/></html>"), "interchange.not_gnucash");
    EXPECT_EQ(code_of(std::string{"SQLite format 3\0", 16}), "interchange.not_gnucash");
    EXPECT_EQ(code_of("2024-01-01 x\n  a  1\n  b\n"), "interchange.bad_xml");
    EXPECT_EQ(code_of(kBook + "<more/>"), "interchange.bad_xml");
}

TEST(GnucashFileTest, DefinesNoEntities) {
    const std::string laughs =
        "<?xml version=\"1.0\"?>\n<!DOCTYPE gnc-v2 [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]>\n"
        "<gnc-v2>&b;</gnc-v2>";
    const auto read = read_gnucash(laughs);
    ASSERT_TRUE(read.error.has_value());
    EXPECT_EQ(read.error->code, "interchange.bad_xml");
    EXPECT_EQ(read.error->line, 2U);
    EXPECT_EQ(
        code_of("<!DOCTYPE gnc-v2 SYSTEM \"file:///etc/passwd\"><gnc-v2/>"), "interchange.bad_xml"
    );
    EXPECT_EQ(code_of("<gnc-v2>&unknown;</gnc-v2>"), "interchange.bad_xml");
}

TEST(GnucashFileTest, IsInTheCharactersThatItDeclares) {
    const auto named = [](std::string_view encoding, std::string_view name) {
        return fmt::format(
            "<?xml version=\"1.0\" encoding=\"{}\"?>\n<gnc-v2>{}</gnc-v2>",
            encoding,
            account_text("x", name, "BANK", "", commodity_text("act:commodity", "EUR"), "")
        );
    };
    EXPECT_EQ(code_of(named("utf-8", "Caf\xE9")), "interchange.bad_xml");
    EXPECT_EQ(code_of(named("klingon", "Cafe")), "interchange.bad_xml");
    const auto latin1 = read_gnucash(named("iso-8859-1", "Caf\xE9"));
    ASSERT_EQ(latin1.error_text, "");
    EXPECT_EQ(latin1.accounts.at(0).path, "Caf\xC3\xA9");
}

TEST(GnucashLimitsTest, RefuseWhatPassesThem) {
    std::string deep;
    for (std::size_t depth = 0; depth <= GnucashLimits::kDepth; ++depth) {
        deep += "<slot>";
    }
    const std::string wordy(GnucashLimits::kRecordBytes + 1, 'x');
    std::string many;
    for (std::size_t at = 0; at <= GnucashLimits::kRecordElements; ++at) {
        many += "<slot/>";
    }
    const std::string splits = transaction_text(
        {}, std::vector<SplitText>(10'001, {.account = "bank", .value = "0/1", .quantity = ""})
    );
    EXPECT_EQ(code_of(file_text("<gnc:account>" + deep)), "interchange.bad_xml");
    EXPECT_EQ(code_of(file_text("<other>" + deep)), "interchange.bad_xml");
    EXPECT_EQ(
        code_of(file_text("<gnc:account><act:name>" + wordy + "</act:name></gnc:account>")),
        "interchange.transaction_too_large"
    );
    EXPECT_EQ(
        code_of(file_text("<gnc:account>" + many + "</gnc:account>")),
        "interchange.transaction_too_large"
    );
    EXPECT_EQ(code_of(file_text("<!--" + wordy + "-->")), "interchange.too_large");
    EXPECT_EQ(code_of(file_text("<other a=\"" + wordy + "\"/>")), "interchange.too_large");
    EXPECT_EQ(code_of(file_text(accounts_text() + splits)), "interchange.transaction_too_large");
}

TEST(GnucashLimitsTest, BoundWhatIsKeptOfASkippedElementToo) {
    const std::string long_name(GnucashLimits::kNameBytes + 1, 'n');
    EXPECT_EQ(code_of(file_text("<other><" + long_name + "/></other>")), "interchange.too_large");
    EXPECT_EQ(code_of(file_text("<other " + long_name + "=\"\"/>")), "interchange.too_large");
    std::string elements = "<other>";
    std::string attributes = "<other";
    for (std::size_t at = 0; at <= GnucashLimits::kNames; ++at) {
        elements += fmt::format("<n{}/>", at);
        attributes += fmt::format(" n{}=\"\"", at);
    }
    EXPECT_EQ(code_of(file_text(elements + "</other>")), "interchange.too_large");
    EXPECT_EQ(code_of(file_text(attributes + "/>")), "interchange.too_large");
}

TEST(GnucashLimitsTest, BoundIdsAndNamesOfCommodities) {
    const std::string id(GnucashLimits::kAccountBytes + 1, 'i');
    const auto bank = [](std::string_view with_id, std::string_view commodity) {
        return file_text(account_text(
            with_id, "Bank", "BANK", "", commodity_text("act:commodity", commodity), ""
        ));
    };
    EXPECT_EQ(code_of(bank(id, "EUR")), "interchange.bad_account");
    EXPECT_EQ(code_of(bank("bank", id)), "interchange.bad_commodity");
}

TEST(GnucashFileTest, IsToldByHowItBegins) {
    for (const std::string_view start :
         {"\x1F\x8B\x08", "<?xml", "<gnc-v2", "\n <gnc-v2", "\xEF\xBB\xBF<?xml", "SQLite format 3"
         }) {
        EXPECT_TRUE(looks_like_gnucash(start)) << start;
    }
    for (const std::string_view start :
         {"", "2024-01-01 x", "; <", "account <a>", "\x1F", "~ monthly"}) {
        EXPECT_FALSE(looks_like_gnucash(start)) << start;
    }
}

}  // namespace
}  // namespace accubooks::interchange
