#include "audit/envelope.h"

#include <gtest/gtest.h>

#include "audit/internal/test_keys.h"
#include "base/base64.h"

namespace accubooks::audit {
namespace {

TEST(Pae, IsTheProtocolsExample) {
    EXPECT_EQ(
        pae("http://example.com/HelloWorld", "hello world"),
        "DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    );
    EXPECT_EQ(pae("", ""), "DSSEv1 0  0 ");
}

Envelope golden() {
    Envelope envelope{
        .payload_type = "application/vnd.accubooks.launch.approval+json",
        .payload = R"({"a":1})",
        .signatures = {},
    };
    envelope.sign(rfc_key_1());
    return envelope;
}

TEST(Envelope, IsSignedAsTheGoldenOne) {
    const Envelope envelope = golden();
    EXPECT_EQ(
        base::to_base64(envelope.signatures.at(0).signature.bytes),
        "Qar78cWgg1aYaUMghoRayNdtT2JhqagYkrkbVDpEo9rRk4D0pkZQrksM9o/IGkDHQRxA2k7ZJzyWv5d6VR6HBg=="
    );
    const auto read = Envelope::parse(to_json(envelope));
    ASSERT_TRUE(read.has_value()) << read.error().detail;
    EXPECT_EQ(read->payload, envelope.payload);
    EXPECT_EQ(read->payload_type, envelope.payload_type);
    EXPECT_EQ(to_json(*read), to_json(envelope));
    EXPECT_EQ(read->signatures.at(0).key_id, key_id(rfc_key_1().public_key()));
}

TEST(Envelope, CountsKeysNotSignatures) {
    const base::PublicKey first = rfc_key_1().public_key();
    const base::PublicKey second = rfc_key_2().public_key();
    Envelope envelope = golden();
    envelope.sign(rfc_key_1());
    EXPECT_EQ(envelope.signers({first, second, first}), std::set{first});
    envelope.sign(rfc_key_2());
    EXPECT_EQ(envelope.signers({first, second}), (std::set{first, second}));
    EXPECT_TRUE(envelope.signers({}).empty());
}

TEST(Envelope, TrustsNoKeyId) {
    Envelope envelope = golden();
    envelope.signatures[0].key_id = key_id(rfc_key_2().public_key());
    EXPECT_EQ(
        envelope.signers({rfc_key_1().public_key(), rfc_key_2().public_key()}),
        std::set{rfc_key_1().public_key()}
    );
}

TEST(Envelope, OfAnotherTypeOrPayloadIsNotSigned) {
    Envelope type = golden();
    type.payload_type += "x";
    EXPECT_TRUE(type.signers({rfc_key_1().public_key()}).empty());
    Envelope payload = golden();
    payload.payload = R"({"a":2})";
    EXPECT_TRUE(payload.signers({rfc_key_1().public_key()}).empty());
}

TEST(Envelope, RefusesWhatIsNotOne) {
    const std::string good = to_json(golden());
    const std::string signature = good.substr(good.find("\"signatures\""));
    const std::string cases[] = {
        "",
        "[]",
        "{}",
        R"({"payload":"e30=","payloadType":"t","signatures":[]})",
        R"({"payload":"e30","payloadType":"t",)" + signature,
        R"({"payload":"e30=","payloadType":"",)" + signature,
        R"({"payload":"e30=",)" + signature,
        R"({"extra":1,"payload":"e30=","payloadType":"t",)" + signature,
        R"({"payload":"e30=","payloadType":"t","signatures":[{"keyid":"","sig":"AAAA"}]})",
        R"({"payload":"e30=","payloadType":"t","signatures":[{"keyid":1,"sig":"AAAA"}]})",
        R"({"payload":"e30=","payload":"e30=","payloadType":"t",)" + signature,
        std::string(kEnvelopeBytesMax + 1, ' '),
    };
    for (const std::string& text : cases) {
        const auto read = Envelope::parse(text);
        ASSERT_FALSE(read.has_value()) << text.substr(0, 200);
        EXPECT_EQ(read.error().code, "audit.bad_envelope");
    }
}

}  // namespace
}  // namespace accubooks::audit
