#include "base/money.h"

namespace accubooks::base {

namespace {

// ISO 4217 list one by digits after the point, sorted, four characters a code. Left out: metals,
// funds and test codes without digits (XAU, XDR, XTS, XXX …). Kept beside them: ANG and BGN, which
// left the list in 2025 and 2026 and still stand in open books. MGA and MRU count fifths in truth;
// the standard's table says 2.
constexpr std::string_view kNoDigits =
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF ";
constexpr std::string_view kThreeDigits = "BHD IQD JOD KWD LYD OMR TND ";
constexpr std::string_view kFourDigits = "CLF UYW ";
constexpr std::string_view kTwoDigits =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN "
    "BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP "
    "GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP "
    "LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR "
    "NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN "
    "SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER "
    "ZAR ZMW ZWG ";

constexpr bool lists(std::string_view list, std::string_view code) {
    for (std::size_t at = 0; at < list.size(); at += 4) {
        if (list.substr(at, 3) == code) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::optional<std::uint8_t> iso4217_scale(std::string_view code) {
    struct Row {
        std::string_view codes;
        std::uint8_t scale;
    };
    constexpr Row kRows[] = {{kTwoDigits, 2}, {kNoDigits, 0}, {kThreeDigits, 3}, {kFourDigits, 4}};
    for (const Row& row : kRows) {
        if (lists(row.codes, code)) {
            return row.scale;
        }
    }
    return std::nullopt;
}

}  // namespace accubooks::base
