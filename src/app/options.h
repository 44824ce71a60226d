#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/date.h"
#include "base/decimal.h"
#include "ops/listen_address.h"
#include "ops/sources.h"

namespace accubooks::app {

/// Which database a command works on: a data folder with a private cluster, or a server of the
/// operator's own.
struct DatabaseOptions {
    std::optional<std::filesystem::path> data_dir{};
    std::optional<std::string> url{};
};

using ops::ListenAddress;

/// Which running server a command asks, and as whom.
struct RemoteOptions {
    std::string url = "http://127.0.0.1:8080";
    /// File with the personal token, "-" for standard input; none: ACCUBOOKS_TOKEN_FILE names it.
    std::optional<std::string> token_file{};
};

/// With which key a command signs.
struct SigningKeyOptions {
    std::string key;  // the file that `accubooks key create` made
    /// With its passphrase; none: a prompt, or standard input.
    std::optional<std::string> passphrase_file{};
};

struct ServeOptions {
    DatabaseOptions database;
    std::optional<std::filesystem::path> config{};  // the settings file
    std::vector<ops::Flag> flags{};                 // settings on the command line
    std::optional<std::string> instance{};          // its name; else host and port
    bool ungoverned = false;    // what launch plans name changes like any other setting
    bool demo = false;          // make the demo tenant if it isn't there
    bool first_backup = false;  // take and check one where there is none
    /// By which `restart` finds the program; none: DATA/serve.pid, or no file with --database-url.
    std::optional<std::filesystem::path> pid_file{};
};

struct MigrateOptions {
    DatabaseOptions database;
};

struct TenantCreateOptions {
    DatabaseOptions database;
    std::string name;
    std::string currency;
    std::optional<std::string> chart{};
};

/// `accubooks tenant audit`
struct TenantAuditOptions {
    DatabaseOptions database;
    std::int64_t tenant = 0;
    std::optional<std::string> kind{};
    std::optional<std::string> actor{};
    std::optional<std::string> object{};
    std::optional<base::Date> from{};
    std::optional<base::Date> to{};
};

struct UserCreateOptions {
    DatabaseOptions database;
    std::string email;
    std::string name;
    std::optional<std::string> password_file{
    };  // "-" and none: standard input, or a prompt on a terminal
    std::optional<std::int64_t> tenant{};  // with `role`: makes the user a member
    std::optional<std::string> role{};
    bool is_operator = false;  // makes the user an operator besides
};

/// `accubooks user operator …`
struct OperatorOptions {
    enum class Act : std::uint8_t { grant, revoke, list };
    Act act = Act::list;
    DatabaseOptions database;
    std::string user;  // grant and revoke: e-mail address or id
};

struct TotpEnrolOptions {
    DatabaseOptions database;
    std::optional<std::filesystem::path> config{};
    std::string user;                        // e-mail address or id
    std::string out;                         // "-": standard output
    std::optional<std::string> totp_file{};  // a code of the factor that is replaced, or
    std::optional<std::string> reason{};     // why there is none
};

/// `accubooks user password`
struct UserPasswordOptions {
    DatabaseOptions database;
    std::string user;                            // e-mail address or id
    std::optional<std::string> password_file{};  // as in UserCreateOptions
};

/// `accubooks session …`
struct SessionOptions {
    enum class Act : std::uint8_t { list, end };
    Act act = Act::list;
    DatabaseOptions database;
    std::string user;                      // e-mail address or id
    std::optional<std::string> session{};  // end; none: all
};

/// `accubooks user token …`
struct PersonalTokenOptions {
    enum class Act : std::uint8_t { create, list, revoke };
    Act act = Act::create;
    DatabaseOptions database;
    std::string user;
    std::string out;  // create; "-": standard output
    std::string label = "command line";
    int days = 90;
    std::string token_id;  // revoke
};

/// `accubooks key …`
struct KeyOptions {
    enum class Act : std::uint8_t { create, enrol, list, revoke };
    Act act = Act::list;
    RemoteOptions remote;                      // all but create
    std::string file;                          // create, enrol
    std::optional<std::string> secret_file{};  // create: the passphrase; enrol: a fresh code
    std::string key_id;                        // revoke
    std::string reason;                        // revoke
    bool json = false;                         // list
};

/// `accubooks audit …`
struct AuditOptions {
    enum class Act : std::uint8_t { show, verify, anchor, witness };
    Act act = Act::show;
    RemoteOptions remote;                          // all but verify
    std::optional<std::int64_t> from{};            // show: leaves from this one on
    std::int64_t limit = 100;                      // show
    std::string bundle;                            // verify
    std::optional<std::string> policy{};           // verify; witness: where the log's key is told
    std::optional<std::string> fingerprint{};      // verify
    std::string key;                               // witness
    std::optional<std::string> passphrase_file{};  // witness
    std::string name;                              // witness
    std::optional<std::string> state{};            // witness
    bool json = false;
};

struct AuditReopenOptions {
    DatabaseOptions database;
    std::optional<std::filesystem::path> config{};
    std::string reason;
};

/// `accubooks launch bootstrap-admin`
struct BootstrapOptions {
    DatabaseOptions database;
    std::string lead;       // e-mail address or id
    std::string executive;  // likewise
};

/// `accubooks launch grant`, `revoke-role`, `confirm` and `roles`
struct RoleOptions {
    enum class Act : std::uint8_t { grant, revoke, confirm, list };
    Act act = Act::list;
    RemoteOptions remote;
    SigningKeyOptions key;  // all but list
    std::string role;       // grant, revoke
    std::string user;       // likewise: e-mail address
    std::string grant;      // confirm
    bool json = false;      // list
};

/// `accubooks launch attest`
struct AttestOptions {
    RemoteOptions remote;
    SigningKeyOptions key;
    std::string backup;
    std::string finished;  // RFC 3339
    std::string tested;    // likewise
};

/// `accubooks launch …`
struct LaunchOptions {
    enum class Act : std::uint8_t {
        status,
        show,
        record,
        request,
        withdraw,
        acknowledge,
        approve,
        reject,
        defer,
        revoke,
        start,
        pause,
        resume,
        rollback,
        abort,
        resolve,
    };
    Act act = Act::status;
    RemoteOptions remote;
    SigningKeyOptions signing;                     // of decisions
    std::string change;                            // a phase or a change's name; request: the phase
    std::string text;                              // the sentence, the reason, or a note
    std::optional<std::string> until{};            // defer
    std::vector<std::string> conditions{};         // approve
    std::optional<std::int64_t> revision{};        // show: whose payload
    bool new_revision = false;                     // request
    bool rehearsal = false;                        // start
    std::int64_t time_scale = 60;                  // of a rehearsal
    std::optional<std::string> override_window{};  // start: the reason
    bool json = false;
};

/// `accubooks launch watch`
struct LaunchWatchOptions {
    RemoteOptions remote;
    std::string change;
    bool json = false;
};

/// `accubooks launch report`
struct LaunchReportOptions {
    RemoteOptions remote;
    std::string change;
    bool sign = false;
    SigningKeyOptions signing;
    bool json = false;
};

/// `accubooks launch notify`
struct LaunchNotifyOptions {
    RemoteOptions remote;
    std::string change;
    bool json = false;
};

/// `accubooks incident …`
struct IncidentOptions {
    enum class Act : std::uint8_t { open, list, close };
    Act act = Act::list;
    RemoteOptions remote;
    std::string severity;  // open
    std::string title;
    std::optional<std::string> detected{};
    std::optional<std::string> change{};
    std::optional<std::int64_t> revision{};
    std::optional<std::int64_t> attempt{};
    std::string incident;  // close
    std::string report;    // file, "-": standard input
    bool json = false;
};

/// `accubooks token …`
struct TokenOptions {
    enum class Act : std::uint8_t { create, list, revoke };

    Act act = Act::list;
    DatabaseOptions database;
    std::int64_t tenant = 0;
    std::string role;                        // create
    std::string label = "command line";      // create
    std::optional<base::Date> expires_on{};  // create: its last day
    std::string token_id;                    // revoke
};

/// `accubooks invitation …`
struct InvitationOptions {
    enum class Act : std::uint8_t { create, list, withdraw, accept };

    Act act = Act::list;
    DatabaseOptions database;
    std::int64_t tenant = 0;                     // all but accept
    std::string email;                           // create
    std::string role;                            // create
    std::optional<base::Date> expires_on{};      // create: its last day; none: in seven days
    std::string invitation_id;                   // withdraw
    std::string secret_file;                     // accept
    std::optional<std::string> user{};           // accept: who has an account
    std::string name;                            // accept: of who gets one
    std::optional<std::string> password_file{};  // accept: theirs; none: standard input or a prompt
};

struct ImportOptions {
    DatabaseOptions database;
    std::int64_t tenant = 0;
    std::filesystem::path file;
    std::string like;                                            // "", "hledger" or "ledger"
    std::vector<std::pair<std::string, std::string>> types{};    // account path -> type
    std::vector<std::pair<std::string, std::string>> symbols{};  // symbol -> code
    bool json = false;
    bool archive = false;   // the file is an archive, not a journal
    std::string mapping{};  // the file is CSV: the name of its mapping
    bool dry_run = false;
};

/// Entries that aren't in the books yet.
struct DraftOptions {
    enum class Act : std::uint8_t { list, show, save, post, remove };

    Act act = Act::list;
    DatabaseOptions database;
    std::int64_t tenant = 0;
    std::int64_t draft = 0;  // 0 where a new one is saved
    std::filesystem::path file{};
};

/// Documents of entries and drafts.
struct AttachmentOptions {
    enum class Act : std::uint8_t { add, list, save, remove };

    Act act = Act::list;
    DatabaseOptions database;
    std::int64_t tenant = 0;
    std::int64_t entry = 0;  // its number, or 0 and
    std::int64_t draft = 0;  // the draft's id
    std::string sha256{};    // of the document, in hexadecimal digits
    std::filesystem::path file{};
    std::string name{};        // empty: the file's
    std::string media_type{};  // empty: as the file's name ends
};

/// Imports as they were kept, and their reversal.
struct BatchOptions {
    enum class Act : std::uint8_t { list, reverse };

    Act act = Act::list;
    DatabaseOptions database;
    std::int64_t tenant = 0;
    std::int64_t batch = 0;
    std::string reason{};
    std::optional<base::Date> date{};  // of every reversal; none: each on its entry's own day
    std::string late_reason{};         // into a soft closed period
};

/// What the columns of CSV files are.
struct MappingOptions {
    enum class Act : std::uint8_t { list, save, remove };

    Act act = Act::list;
    DatabaseOptions database;
    std::int64_t tenant = 0;
    std::string name{};  // save, remove
    std::map<std::string, std::string, std::less<>> pairs{};
};

struct ExportOptions {
    DatabaseOptions database;
    std::int64_t tenant = 0;
    std::string format;  // "hledger" or "jsonl"
};

struct ReportOptions {
    enum class Report : std::uint8_t {
        trial_balance,
        income_statement,
        balance_sheet,
        general_ledger,
        account_statement,
        late_entries
    };

    Report report = Report::trial_balance;
    DatabaseOptions database;
    std::int64_t tenant = 0;
    std::optional<base::Date> from{};
    std::optional<base::Date> to{};
    std::string format = "table";
    std::string currency = "base";  // of a table: base or original
    std::string account;            // its code; of an account's statement
    int compare = 0;                // columns beside
    std::string compare_with = "period";
    std::map<std::string, std::string> tags{};
    std::string closing{};  // include or exclude
    std::optional<std::int64_t> known_at{};
};

/// `accubooks journal list` and `journal search`
struct JournalOptions {
    DatabaseOptions database;
    std::int64_t tenant = 0;
    std::optional<base::Date> from{};
    std::optional<base::Date> to{};
    std::optional<std::string> account{};  // its code
    std::optional<base::Decimal> amount{};
    std::optional<std::string> text{};
    std::optional<std::string> reference{};
    std::map<std::string, std::string> tags{};
    std::optional<std::int64_t> after{};  // the number of an entry
    std::int64_t limit = 50;
    bool json = false;
};

/// What is done to periods and fiscal years; each act has the fields that it takes.
struct PeriodOptions {
    enum class Act : std::uint8_t { list, close, lock, reopen, close_year, reopen_year, calendar };

    Act act = Act::list;
    DatabaseOptions database;
    std::int64_t tenant = 0;
    std::string period;  // "2026-03"
    std::string year;    // in which it begins
    std::string reason{};
    bool confirm = false;                            // do what was asked before
    std::optional<std::string> retained{};           // code of the account
    std::optional<std::string> fiscal_year_start{};  // "04-06"
    std::optional<std::string> time_zone{};
};

struct VerifyOptions {
    DatabaseOptions database;
    std::optional<std::int64_t> tenant{};
    bool json = false;
};

/// What completes the command line; made where that is declared.
struct CompletionOptions {
    std::string script;
};

/// Proves an archive; needs no database.
struct VerifyArchiveOptions {
    std::filesystem::path file;
    bool json = false;
};

/// Computes the calculation suite; needs no database.
struct SelfCheckOptions {
    bool json = false;
};

struct RestartOptions {
    std::optional<std::filesystem::path> data_dir{};
    std::optional<std::filesystem::path> pid_file{};
    std::chrono::seconds patience{120};
};

struct LoadOptions {
    std::string url;
    std::string token_file;                   // "-": standard input
    std::optional<std::uint64_t> requests{};  // 500 when there is no duration either
    std::optional<std::chrono::milliseconds> duration{};
    std::uint32_t concurrency = 50;
    std::optional<double> rate{};  // a second; none: closed loop
    std::optional<std::filesystem::path> mix{};
    std::uint64_t seed = 1;
    std::chrono::milliseconds timeout{30'000};
    std::optional<std::string> json{};  // "-": standard output
    double max_error_rate = 0;          // 0 to 1
};

struct RoutesOptions {};

/// `accubooks config …`
struct ConfigOptions {
    enum class Act : std::uint8_t { get, set, diff, history, reload, rollback, confirm };
    Act act = Act::get;
    DatabaseOptions database;
    std::optional<std::filesystem::path> config{};
    std::vector<std::string> keys{};                                 // get
    std::vector<std::pair<std::string, std::string>> assignments{};  // set
    std::vector<std::int64_t> revisions{};  // diff: none, one or two; rollback: none or one
    std::optional<std::int64_t> parent{};   // the newest revision that the caller knows
    std::string reason;
    std::optional<std::chrono::milliseconds> within{};  // to confirm in; confirm: renews instead
    std::chrono::milliseconds patience{30000};          // for the instances to acknowledge
    std::int64_t limit = 20;
    bool json = false;
};

/// `accubooks launch lint`
struct LaunchLintOptions {
    std::optional<std::filesystem::path> plan{};  // none: the one built in
    std::optional<std::filesystem::path> baseline{
    };  // evidence, or a sketch as base64; none: assumed
    std::int64_t time_scale = 1;
    std::uint64_t seed = 1;
    bool schema = false;  // prints the schema instead
    bool json = false;
};

/// `accubooks launch replay`
struct LaunchReplayOptions {
    std::filesystem::path folder;  // of one attempt, or of several
    bool json = false;
};

/// `accubooks backup …`
struct BackupOptions {
    enum class Act : std::uint8_t { run, list, check, restore };
    Act act = Act::run;
    DatabaseOptions database;
    std::optional<std::filesystem::path> config{};
    std::optional<std::string> label{};  // check: which backup; none: the newest
    std::optional<base::Instant> to{};   // restore: none is the latest that there is
    std::string reason;                  // restore: for the new epoch
    bool json = false;
};

using Command = std::variant<
    ServeOptions,
    MigrateOptions,
    TenantCreateOptions,
    TenantAuditOptions,
    UserCreateOptions,
    TotpEnrolOptions,
    UserPasswordOptions,
    SessionOptions,
    PersonalTokenOptions,
    OperatorOptions,
    KeyOptions,
    AuditOptions,
    AuditReopenOptions,
    BootstrapOptions,
    RoleOptions,
    AttestOptions,
    LaunchOptions,
    LaunchWatchOptions,
    LaunchReportOptions,
    LaunchNotifyOptions,
    IncidentOptions,
    TokenOptions,
    InvitationOptions,
    ImportOptions,
    BatchOptions,
    MappingOptions,
    DraftOptions,
    AttachmentOptions,
    ExportOptions,
    VerifyArchiveOptions,
    ReportOptions,
    JournalOptions,
    PeriodOptions,
    VerifyOptions,
    SelfCheckOptions,
    RestartOptions,
    LoadOptions,
    ConfigOptions,
    LaunchLintOptions,
    LaunchReplayOptions,
    BackupOptions,
    CompletionOptions,
    RoutesOptions>;

/// Exit codes of the program.
inline constexpr int kExitDone = 0;
inline constexpr int kExitRefused = 1;      // the input, the books or the database said no
inline constexpr int kExitUsage = 2;        // the command line itself is wrong
inline constexpr int kExitNotVerified = 3;  // evidence, or a log, isn't what it says
inline constexpr int kExitRolledBack = 4;   // an execution was, or its rollback failed
inline constexpr int kExitCantStart = 78;   // configuration (EX_CONFIG of sysexits.h)

/// Reads the command line. Help and usage errors are printed (help to standard output, errors to
/// standard error) and come back as the exit code to end with.
std::variant<Command, int> parse_command_line(int argc, const char* const* argv);

}  // namespace accubooks::app
