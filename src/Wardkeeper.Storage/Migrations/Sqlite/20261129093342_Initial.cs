using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Wardkeeper.Storage.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "applied",
                columns: table => new
                {
                    sensor = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_applied", x => x.sensor);
                });

            migrationBuilder.CreateTable(
                name: "audit",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    who = table.Column<string>(type: "TEXT", nullable: false),
                    address = table.Column<string>(type: "TEXT", nullable: true),
                    action = table.Column<string>(type: "TEXT", nullable: false),
                    subject = table.Column<string>(type: "TEXT", nullable: false),
                    before_state = table.Column<string>(type: "TEXT", nullable: true),
                    after_state = table.Column<string>(type: "TEXT", nullable: true),
                    reason = table.Column<string>(type: "TEXT", nullable: true),
                    previous = table.Column<string>(type: "TEXT", nullable: false),
                    hash = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit", x => x.sequence);
                });

            migrationBuilder.CreateTable(
                name: "cases",
                columns: table => new
                {
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    size = table.Column<long>(type: "INTEGER", nullable: false),
                    sha256 = table.Column<string>(type: "TEXT", nullable: false),
                    made_by = table.Column<string>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<string>(type: "TEXT", nullable: false),
                    progress = table.Column<double>(type: "REAL", nullable: false),
                    packets = table.Column<long>(type: "INTEGER", nullable: false),
                    first = table.Column<long>(type: "INTEGER", nullable: true),
                    last = table.Column<long>(type: "INTEGER", nullable: true),
                    devices = table.Column<long>(type: "INTEGER", nullable: false),
                    findings = table.Column<long>(type: "INTEGER", nullable: false),
                    problems = table.Column<string>(type: "TEXT", nullable: false),
                    kept_because = table.Column<string>(type: "TEXT", nullable: true),
                    kept_until = table.Column<long>(type: "INTEGER", nullable: true),
                    has_file = table.Column<bool>(type: "INTEGER", nullable: false),
                    can_open = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_cases", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "finding_notes",
                columns: table => new
                {
                    finding = table.Column<long>(type: "INTEGER", nullable: false),
                    ordinal = table.Column<long>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    who = table.Column<string>(type: "TEXT", nullable: true),
                    action = table.Column<string>(type: "TEXT", nullable: false),
                    value = table.Column<string>(type: "TEXT", nullable: true),
                    text = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_finding_notes", x => new { x.finding, x.ordinal });
                });

            migrationBuilder.CreateTable(
                name: "findings",
                columns: table => new
                {
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    type = table.Column<string>(type: "TEXT", nullable: false),
                    is_exposure = table.Column<bool>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    severity = table.Column<int>(type: "INTEGER", nullable: false),
                    confidence = table.Column<double>(type: "REAL", nullable: false),
                    mac = table.Column<long>(type: "INTEGER", nullable: false),
                    ip = table.Column<string>(type: "TEXT", nullable: false),
                    vlan = table.Column<int>(type: "INTEGER", nullable: false),
                    port = table.Column<int>(type: "INTEGER", nullable: false),
                    device = table.Column<long>(type: "INTEGER", nullable: true),
                    device_name = table.Column<string>(type: "TEXT", nullable: true),
                    device_type = table.Column<string>(type: "TEXT", nullable: true),
                    department = table.Column<string>(type: "TEXT", nullable: true),
                    person = table.Column<string>(type: "TEXT", nullable: true),
                    has_peer = table.Column<bool>(type: "INTEGER", nullable: false),
                    peer_mac = table.Column<long>(type: "INTEGER", nullable: false),
                    peer_ip = table.Column<string>(type: "TEXT", nullable: false),
                    peer_vlan = table.Column<int>(type: "INTEGER", nullable: false),
                    peer_port = table.Column<int>(type: "INTEGER", nullable: false),
                    peer_device = table.Column<long>(type: "INTEGER", nullable: true),
                    peer_name = table.Column<string>(type: "TEXT", nullable: true),
                    peer_type = table.Column<string>(type: "TEXT", nullable: true),
                    peer_department = table.Column<string>(type: "TEXT", nullable: true),
                    peer_person = table.Column<string>(type: "TEXT", nullable: true),
                    first_seen = table.Column<long>(type: "INTEGER", nullable: false),
                    last_seen = table.Column<long>(type: "INTEGER", nullable: false),
                    count = table.Column<long>(type: "INTEGER", nullable: false),
                    title_key = table.Column<string>(type: "TEXT", nullable: false),
                    explanation_key = table.Column<string>(type: "TEXT", nullable: false),
                    arguments = table.Column<string>(type: "TEXT", nullable: false),
                    facts = table.Column<string>(type: "TEXT", nullable: false),
                    evidence = table.Column<string>(type: "TEXT", nullable: false),
                    reached_from = table.Column<string>(type: "TEXT", nullable: false),
                    technique = table.Column<string>(type: "TEXT", nullable: true),
                    duty = table.Column<int>(type: "INTEGER", nullable: false),
                    reopened = table.Column<int>(type: "INTEGER", nullable: false),
                    search_text = table.Column<string>(type: "TEXT", nullable: false),
                    suppressed_by = table.Column<long>(type: "INTEGER", nullable: true),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    verdict = table.Column<int>(type: "INTEGER", nullable: true),
                    verdict_reason = table.Column<string>(type: "TEXT", nullable: true),
                    assignee = table.Column<string>(type: "TEXT", nullable: true),
                    closed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    revision = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_findings", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "LedgerAddressOwners",
                columns: table => new
                {
                    IpHigh = table.Column<long>(type: "INTEGER", nullable: false),
                    IpLow = table.Column<long>(type: "INTEGER", nullable: false),
                    Mac = table.Column<long>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Previous = table.Column<long>(type: "INTEGER", nullable: false),
                    PreviousAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ToldAt = table.Column<long>(type: "INTEGER", nullable: false),
                    IsDisputed = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LedgerAddressOwners", x => new { x.IpHigh, x.IpLow });
                });

            migrationBuilder.CreateTable(
                name: "LedgerAddressPairs",
                columns: table => new
                {
                    Mac = table.Column<long>(type: "INTEGER", nullable: false),
                    IpHigh = table.Column<long>(type: "INTEGER", nullable: false),
                    IpLow = table.Column<long>(type: "INTEGER", nullable: false),
                    IsBound = table.Column<bool>(type: "INTEGER", nullable: false),
                    BoundAt = table.Column<long>(type: "INTEGER", nullable: false),
                    IsCarried = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LedgerAddressPairs", x => new { x.Mac, x.IpHigh, x.IpLow });
                });

            migrationBuilder.CreateTable(
                name: "LedgerAddressTimes",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false),
                    FactsId = table.Column<long>(type: "INTEGER", nullable: false),
                    First = table.Column<long>(type: "INTEGER", nullable: false),
                    Last = table.Column<long>(type: "INTEGER", nullable: false),
                    Assignment = table.Column<string>(type: "TEXT", nullable: true),
                    IsOver = table.Column<bool>(type: "INTEGER", nullable: false),
                    IsPast = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LedgerAddressTimes", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "LedgerClaims",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false),
                    FactsId = table.Column<long>(type: "INTEGER", nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    Value = table.Column<string>(type: "TEXT", nullable: false),
                    Source = table.Column<string>(type: "TEXT", nullable: false),
                    Origin = table.Column<string>(type: "TEXT", nullable: false),
                    First = table.Column<long>(type: "INTEGER", nullable: false),
                    Last = table.Column<long>(type: "INTEGER", nullable: false),
                    Count = table.Column<long>(type: "INTEGER", nullable: false),
                    Uid = table.Column<string>(type: "TEXT", nullable: true),
                    Packet = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LedgerClaims", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "LedgerDevices",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false),
                    Revision = table.Column<long>(type: "INTEGER", nullable: false),
                    IsListed = table.Column<bool>(type: "INTEGER", nullable: false),
                    MergedInto = table.Column<long>(type: "INTEGER", nullable: false),
                    IsRegistered = table.Column<bool>(type: "INTEGER", nullable: false),
                    LifeCycle = table.Column<string>(type: "TEXT", nullable: false),
                    LifeCycleAt = table.Column<long>(type: "INTEGER", nullable: false),
                    IsRetiredButAlive = table.Column<bool>(type: "INTEGER", nullable: false),
                    Name = table.Column<string>(type: "TEXT", nullable: true),
                    NameSort = table.Column<string>(type: "TEXT", nullable: false),
                    Type = table.Column<string>(type: "TEXT", nullable: true),
                    TypeConfidence = table.Column<double>(type: "REAL", nullable: true),
                    TypeConfirmedBy = table.Column<string>(type: "TEXT", nullable: true),
                    Category = table.Column<string>(type: "TEXT", nullable: true),
                    Vendor = table.Column<string>(type: "TEXT", nullable: true),
                    Model = table.Column<string>(type: "TEXT", nullable: true),
                    Department = table.Column<string>(type: "TEXT", nullable: true),
                    Bed = table.Column<string>(type: "TEXT", nullable: true),
                    Person = table.Column<string>(type: "TEXT", nullable: true),
                    Contact = table.Column<string>(type: "TEXT", nullable: true),
                    AssetTag = table.Column<string>(type: "TEXT", nullable: true),
                    SerialNumber = table.Column<string>(type: "TEXT", nullable: true),
                    IpSort = table.Column<string>(type: "TEXT", nullable: false),
                    Mac = table.Column<long>(type: "INTEGER", nullable: false),
                    Vlan = table.Column<int>(type: "INTEGER", nullable: false),
                    SwitchPort = table.Column<string>(type: "TEXT", nullable: true),
                    Consequence = table.Column<string>(type: "TEXT", nullable: true),
                    HasConflict = table.Column<bool>(type: "INTEGER", nullable: false),
                    OpenFindings = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 0),
                    WorstSeverity = table.Column<string>(type: "TEXT", nullable: true),
                    FirstSeen = table.Column<long>(type: "INTEGER", nullable: false),
                    LastSeen = table.Column<long>(type: "INTEGER", nullable: false),
                    Vlans = table.Column<string>(type: "TEXT", nullable: false),
                    Protocols = table.Column<string>(type: "TEXT", nullable: false),
                    Ports = table.Column<string>(type: "TEXT", nullable: false),
                    Search = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LedgerDevices", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "LedgerEvents",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false),
                    Operation = table.Column<long>(type: "INTEGER", nullable: false),
                    DeviceId = table.Column<long>(type: "INTEGER", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Who = table.Column<string>(type: "TEXT", nullable: true),
                    Action = table.Column<string>(type: "TEXT", nullable: false),
                    Field = table.Column<string>(type: "TEXT", nullable: true),
                    Before = table.Column<string>(type: "TEXT", nullable: true),
                    After = table.Column<string>(type: "TEXT", nullable: true),
                    Reason = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LedgerEvents", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "LedgerFacts",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false),
                    InterfaceId = table.Column<long>(type: "INTEGER", nullable: false),
                    Mac = table.Column<long>(type: "INTEGER", nullable: false),
                    IpHigh = table.Column<long>(type: "INTEGER", nullable: false),
                    IpLow = table.Column<long>(type: "INTEGER", nullable: false),
                    Through = table.Column<long>(type: "INTEGER", nullable: false),
                    Vlan = table.Column<int>(type: "INTEGER", nullable: false),
                    First = table.Column<long>(type: "INTEGER", nullable: false),
                    Last = table.Column<long>(type: "INTEGER", nullable: false),
                    FirstPacket = table.Column<long>(type: "INTEGER", nullable: false),
                    Bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    Signs = table.Column<int>(type: "INTEGER", nullable: false),
                    Dropped = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LedgerFacts", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "LedgerFields",
                columns: table => new
                {
                    DeviceId = table.Column<long>(type: "INTEGER", nullable: false),
                    Field = table.Column<string>(type: "TEXT", nullable: false),
                    Value = table.Column<string>(type: "TEXT", nullable: false),
                    Who = table.Column<string>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    Reason = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LedgerFields", x => new { x.DeviceId, x.Field });
                });

            migrationBuilder.CreateTable(
                name: "LedgerInterfaces",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false),
                    Mac = table.Column<long>(type: "INTEGER", nullable: false),
                    IpHigh = table.Column<long>(type: "INTEGER", nullable: false),
                    IpLow = table.Column<long>(type: "INTEGER", nullable: false),
                    DeviceId = table.Column<long>(type: "INTEGER", nullable: false),
                    IsPinned = table.Column<bool>(type: "INTEGER", nullable: false),
                    Notes = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LedgerInterfaces", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "LedgerNumbers",
                columns: table => new
                {
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    Value = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LedgerNumbers", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "LedgerServices",
                columns: table => new
                {
                    FactsId = table.Column<long>(type: "INTEGER", nullable: false),
                    IsOffer = table.Column<bool>(type: "INTEGER", nullable: false),
                    Carrier = table.Column<int>(type: "INTEGER", nullable: false),
                    Port = table.Column<int>(type: "INTEGER", nullable: false),
                    Protocol = table.Column<string>(type: "TEXT", nullable: true),
                    Banner = table.Column<string>(type: "TEXT", nullable: true),
                    Flows = table.Column<long>(type: "INTEGER", nullable: false),
                    Uid = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LedgerServices", x => new { x.FactsId, x.IsOffer, x.Carrier, x.Port });
                });

            migrationBuilder.CreateTable(
                name: "published_services",
                columns: table => new
                {
                    publishing = table.Column<long>(type: "INTEGER", nullable: false),
                    row = table.Column<int>(type: "INTEGER", nullable: false),
                    outside = table.Column<string>(type: "TEXT", nullable: false),
                    outside_first = table.Column<int>(type: "INTEGER", nullable: false),
                    outside_last = table.Column<int>(type: "INTEGER", nullable: false),
                    inside = table.Column<string>(type: "TEXT", nullable: false),
                    inside_first = table.Column<int>(type: "INTEGER", nullable: false),
                    inside_last = table.Column<int>(type: "INTEGER", nullable: false),
                    carrier = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: true),
                    is_in_force = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_published_services", x => new { x.publishing, x.row });
                });

            migrationBuilder.CreateTable(
                name: "publishing_tables",
                columns: table => new
                {
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    format = table.Column<string>(type: "TEXT", nullable: false),
                    made_by = table.Column<string>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<string>(type: "TEXT", nullable: false),
                    since = table.Column<long>(type: "INTEGER", nullable: false),
                    services = table.Column<long>(type: "INTEGER", nullable: false),
                    problem_count = table.Column<long>(type: "INTEGER", nullable: false),
                    problems = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_publishing_tables", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "register_headings",
                columns: table => new
                {
                    heading = table.Column<string>(type: "TEXT", nullable: false),
                    field = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_register_headings", x => x.heading);
                });

            migrationBuilder.CreateTable(
                name: "register_imports",
                columns: table => new
                {
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    format = table.Column<string>(type: "TEXT", nullable: false),
                    made_by = table.Column<string>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<string>(type: "TEXT", nullable: false),
                    headings = table.Column<string>(type: "TEXT", nullable: false),
                    mapping = table.Column<string>(type: "TEXT", nullable: false),
                    operation = table.Column<long>(type: "INTEGER", nullable: false),
                    problems = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_register_imports", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "register_rows",
                columns: table => new
                {
                    import = table.Column<long>(type: "INTEGER", nullable: false),
                    row = table.Column<int>(type: "INTEGER", nullable: false),
                    cells = table.Column<string>(type: "TEXT", nullable: false),
                    taken = table.Column<string>(type: "TEXT", nullable: false),
                    outcome = table.Column<int>(type: "INTEGER", nullable: false),
                    device = table.Column<long>(type: "INTEGER", nullable: false),
                    strength = table.Column<int>(type: "INTEGER", nullable: false),
                    matched_by = table.Column<string>(type: "TEXT", nullable: true),
                    against = table.Column<string>(type: "TEXT", nullable: false),
                    is_decided = table.Column<bool>(type: "INTEGER", nullable: false),
                    has_problems = table.Column<bool>(type: "INTEGER", nullable: false),
                    problems = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_register_rows", x => new { x.import, x.row });
                });

            migrationBuilder.CreateTable(
                name: "sensor_counters",
                columns: table => new
                {
                    sensor = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    value = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sensor_counters", x => new { x.sensor, x.name });
                });

            migrationBuilder.CreateTable(
                name: "sensors",
                columns: table => new
                {
                    sensor = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    end_at = table.Column<long>(type: "INTEGER", nullable: false),
                    received_at = table.Column<long>(type: "INTEGER", nullable: false),
                    batches = table.Column<long>(type: "INTEGER", nullable: false),
                    observations = table.Column<long>(type: "INTEGER", nullable: false),
                    flows = table.Column<long>(type: "INTEGER", nullable: false),
                    transactions = table.Column<long>(type: "INTEGER", nullable: false),
                    missing_batches = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sensors", x => x.sensor);
                });

            migrationBuilder.CreateTable(
                name: "sign_in_failures",
                columns: table => new
                {
                    Key = table.Column<string>(type: "TEXT", nullable: false),
                    Count = table.Column<int>(type: "INTEGER", nullable: false),
                    Last = table.Column<long>(type: "INTEGER", nullable: false),
                    LockedUntil = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sign_in_failures", x => x.Key);
                });

            migrationBuilder.CreateTable(
                name: "suppressions",
                columns: table => new
                {
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    type = table.Column<string>(type: "TEXT", nullable: false),
                    device = table.Column<long>(type: "INTEGER", nullable: true),
                    address = table.Column<string>(type: "TEXT", nullable: true),
                    subnet = table.Column<string>(type: "TEXT", nullable: true),
                    reason = table.Column<string>(type: "TEXT", nullable: false),
                    owner = table.Column<string>(type: "TEXT", nullable: false),
                    made = table.Column<long>(type: "INTEGER", nullable: false),
                    expires = table.Column<long>(type: "INTEGER", nullable: false),
                    withdrawn = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_suppressions", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "tasks",
                columns: table => new
                {
                    number = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    question = table.Column<string>(type: "TEXT", nullable: false),
                    answers = table.Column<string>(type: "TEXT", nullable: false),
                    to_person = table.Column<string>(type: "TEXT", nullable: true),
                    to_role = table.Column<int>(type: "INTEGER", nullable: true),
                    to_department = table.Column<string>(type: "TEXT", nullable: true),
                    sender = table.Column<string>(type: "TEXT", nullable: false),
                    asked = table.Column<long>(type: "INTEGER", nullable: false),
                    due = table.Column<long>(type: "INTEGER", nullable: true),
                    device = table.Column<long>(type: "INTEGER", nullable: true),
                    finding = table.Column<long>(type: "INTEGER", nullable: true),
                    state = table.Column<string>(type: "TEXT", nullable: false),
                    answer = table.Column<string>(type: "TEXT", nullable: true),
                    comment = table.Column<string>(type: "TEXT", nullable: true),
                    ended_by = table.Column<string>(type: "TEXT", nullable: true),
                    ended = table.Column<long>(type: "INTEGER", nullable: true),
                    revision = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_tasks", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "tokens",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    Prefix = table.Column<string>(type: "TEXT", nullable: false),
                    Hash = table.Column<string>(type: "TEXT", nullable: false),
                    Roles = table.Column<string>(type: "TEXT", nullable: false),
                    Departments = table.Column<string>(type: "TEXT", nullable: false),
                    CreatedBy = table.Column<string>(type: "TEXT", nullable: false),
                    Created = table.Column<long>(type: "INTEGER", nullable: false),
                    Expires = table.Column<long>(type: "INTEGER", nullable: false),
                    LastUsed = table.Column<long>(type: "INTEGER", nullable: true),
                    Revoked = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_tokens", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "users",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Name = table.Column<string>(type: "TEXT", nullable: false),
                    DisplayName = table.Column<string>(type: "TEXT", nullable: false),
                    Telephone = table.Column<string>(type: "TEXT", nullable: true),
                    Roles = table.Column<string>(type: "TEXT", nullable: false),
                    Departments = table.Column<string>(type: "TEXT", nullable: false),
                    IsDisabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    MustChangePassword = table.Column<bool>(type: "INTEGER", nullable: false),
                    HasSecondFactor = table.Column<bool>(type: "INTEGER", nullable: false),
                    Revision = table.Column<long>(type: "INTEGER", nullable: false),
                    Created = table.Column<long>(type: "INTEGER", nullable: false),
                    LastSignIn = table.Column<long>(type: "INTEGER", nullable: true),
                    PasswordHash = table.Column<string>(type: "TEXT", nullable: false),
                    CodeSecret = table.Column<byte[]>(type: "BLOB", nullable: true),
                    LastCodeStep = table.Column<long>(type: "INTEGER", nullable: false),
                    RecoveryHashes = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_users", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "sessions",
                columns: table => new
                {
                    Hash = table.Column<string>(type: "TEXT", nullable: false),
                    UserId = table.Column<long>(type: "INTEGER", nullable: false),
                    Created = table.Column<long>(type: "INTEGER", nullable: false),
                    LastUsed = table.Column<long>(type: "INTEGER", nullable: false),
                    Expires = table.Column<long>(type: "INTEGER", nullable: false),
                    AwaitsCode = table.Column<bool>(type: "INTEGER", nullable: false),
                    Address = table.Column<string>(type: "TEXT", nullable: true),
                    Agent = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sessions", x => x.Hash);
                    table.ForeignKey(
                        name: "FK_sessions_users_UserId",
                        column: x => x.UserId,
                        principalTable: "users",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_audit_action",
                table: "audit",
                column: "action");

            migrationBuilder.CreateIndex(
                name: "IX_audit_at",
                table: "audit",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "IX_audit_subject",
                table: "audit",
                column: "subject");

            migrationBuilder.CreateIndex(
                name: "IX_audit_who",
                table: "audit",
                column: "who");

            migrationBuilder.CreateIndex(
                name: "IX_cases_at",
                table: "cases",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "IX_cases_kept_until",
                table: "cases",
                column: "kept_until");

            migrationBuilder.CreateIndex(
                name: "IX_cases_made_by",
                table: "cases",
                column: "made_by");

            migrationBuilder.CreateIndex(
                name: "IX_cases_state",
                table: "cases",
                column: "state");

            migrationBuilder.CreateIndex(
                name: "IX_findings_assignee",
                table: "findings",
                column: "assignee");

            migrationBuilder.CreateIndex(
                name: "IX_findings_confidence",
                table: "findings",
                column: "confidence");

            migrationBuilder.CreateIndex(
                name: "IX_findings_count",
                table: "findings",
                column: "count");

            migrationBuilder.CreateIndex(
                name: "IX_findings_department",
                table: "findings",
                column: "department");

            migrationBuilder.CreateIndex(
                name: "IX_findings_device",
                table: "findings",
                column: "device");

            migrationBuilder.CreateIndex(
                name: "IX_findings_device_name",
                table: "findings",
                column: "device_name");

            migrationBuilder.CreateIndex(
                name: "IX_findings_first_seen",
                table: "findings",
                column: "first_seen");

            migrationBuilder.CreateIndex(
                name: "IX_findings_last_seen",
                table: "findings",
                column: "last_seen");

            migrationBuilder.CreateIndex(
                name: "IX_findings_peer_device",
                table: "findings",
                column: "peer_device");

            migrationBuilder.CreateIndex(
                name: "IX_findings_severity",
                table: "findings",
                column: "severity");

            migrationBuilder.CreateIndex(
                name: "IX_findings_state",
                table: "findings",
                column: "state");

            migrationBuilder.CreateIndex(
                name: "IX_findings_suppressed_by",
                table: "findings",
                column: "suppressed_by");

            migrationBuilder.CreateIndex(
                name: "IX_findings_type",
                table: "findings",
                column: "type");

            migrationBuilder.CreateIndex(
                name: "IX_LedgerAddressTimes_FactsId",
                table: "LedgerAddressTimes",
                column: "FactsId");

            migrationBuilder.CreateIndex(
                name: "IX_LedgerClaims_FactsId",
                table: "LedgerClaims",
                column: "FactsId");

            migrationBuilder.CreateIndex(
                name: "IX_LedgerDevices_AssetTag",
                table: "LedgerDevices",
                column: "AssetTag");

            migrationBuilder.CreateIndex(
                name: "IX_LedgerDevices_Bed",
                table: "LedgerDevices",
                column: "Bed",
                filter: "\"IsListed\"");

            migrationBuilder.CreateIndex(
                name: "IX_LedgerDevices_Category",
                table: "LedgerDevices",
                column: "Category",
                filter: "\"IsListed\"");

            migrationBuilder.CreateIndex(
                name: "IX_LedgerDevices_Department",
                table: "LedgerDevices",
                column: "Department",
                filter: "\"IsListed\"");

            migrationBuilder.CreateIndex(
                name: "IX_LedgerDevices_FirstSeen",
                table: "LedgerDevices",
                column: "FirstSeen",
                filter: "\"IsListed\"");

            migrationBuilder.CreateIndex(
                name: "IX_LedgerDevices_IpSort",
                table: "LedgerDevices",
                column: "IpSort",
                filter: "\"IsListed\"");

            migrationBuilder.CreateIndex(
                name: "IX_LedgerDevices_LastSeen",
                table: "LedgerDevices",
                column: "LastSeen",
                filter: "\"IsListed\"");

            migrationBuilder.CreateIndex(
                name: "IX_LedgerDevices_LifeCycle",
                table: "LedgerDevices",
                column: "LifeCycle",
                filter: "\"IsListed\"");

            migrationBuilder.CreateIndex(
                name: "IX_LedgerDevices_Mac",
                table: "LedgerDevices",
                column: "Mac");

            migrationBuilder.CreateIndex(
                name: "IX_LedgerDevices_Model",
                table: "LedgerDevices",
                column: "Model",
                filter: "\"IsListed\"");

            migrationBuilder.CreateIndex(
                name: "IX_LedgerDevices_NameSort",
                table: "LedgerDevices",
                column: "NameSort",
                filter: "\"IsListed\"");

            migrationBuilder.CreateIndex(
                name: "IX_LedgerDevices_OpenFindings",
                table: "LedgerDevices",
                column: "OpenFindings",
                filter: "\"IsListed\"");

            migrationBuilder.CreateIndex(
                name: "IX_LedgerDevices_Person",
                table: "LedgerDevices",
                column: "Person",
                filter: "\"IsListed\"");

            migrationBuilder.CreateIndex(
                name: "IX_LedgerDevices_SerialNumber",
                table: "LedgerDevices",
                column: "SerialNumber");

            migrationBuilder.CreateIndex(
                name: "IX_LedgerDevices_Type",
                table: "LedgerDevices",
                column: "Type",
                filter: "\"IsListed\"");

            migrationBuilder.CreateIndex(
                name: "IX_LedgerDevices_Vendor",
                table: "LedgerDevices",
                column: "Vendor",
                filter: "\"IsListed\"");

            migrationBuilder.CreateIndex(
                name: "IX_LedgerEvents_Action",
                table: "LedgerEvents",
                column: "Action");

            migrationBuilder.CreateIndex(
                name: "IX_LedgerEvents_DeviceId",
                table: "LedgerEvents",
                column: "DeviceId");

            migrationBuilder.CreateIndex(
                name: "IX_LedgerEvents_Operation",
                table: "LedgerEvents",
                column: "Operation");

            migrationBuilder.CreateIndex(
                name: "IX_LedgerFacts_InterfaceId",
                table: "LedgerFacts",
                column: "InterfaceId");

            migrationBuilder.CreateIndex(
                name: "IX_LedgerFields_Field_Value",
                table: "LedgerFields",
                columns: new[] { "Field", "Value" });

            migrationBuilder.CreateIndex(
                name: "IX_LedgerInterfaces_DeviceId",
                table: "LedgerInterfaces",
                column: "DeviceId");

            migrationBuilder.CreateIndex(
                name: "IX_published_services_is_in_force_inside",
                table: "published_services",
                columns: new[] { "is_in_force", "inside" });

            migrationBuilder.CreateIndex(
                name: "IX_publishing_tables_state",
                table: "publishing_tables",
                column: "state");

            migrationBuilder.CreateIndex(
                name: "IX_register_imports_state",
                table: "register_imports",
                column: "state");

            migrationBuilder.CreateIndex(
                name: "IX_register_rows_import_device",
                table: "register_rows",
                columns: new[] { "import", "device" });

            migrationBuilder.CreateIndex(
                name: "IX_register_rows_import_has_problems_row",
                table: "register_rows",
                columns: new[] { "import", "has_problems", "row" });

            migrationBuilder.CreateIndex(
                name: "IX_register_rows_import_outcome_row",
                table: "register_rows",
                columns: new[] { "import", "outcome", "row" });

            migrationBuilder.CreateIndex(
                name: "IX_sessions_UserId",
                table: "sessions",
                column: "UserId");

            migrationBuilder.CreateIndex(
                name: "IX_sign_in_failures_Last",
                table: "sign_in_failures",
                column: "Last");

            migrationBuilder.CreateIndex(
                name: "IX_suppressions_expires",
                table: "suppressions",
                column: "expires");

            migrationBuilder.CreateIndex(
                name: "IX_tasks_asked",
                table: "tasks",
                column: "asked");

            migrationBuilder.CreateIndex(
                name: "IX_tasks_device",
                table: "tasks",
                column: "device");

            migrationBuilder.CreateIndex(
                name: "IX_tasks_due",
                table: "tasks",
                column: "due");

            migrationBuilder.CreateIndex(
                name: "IX_tasks_finding",
                table: "tasks",
                column: "finding");

            migrationBuilder.CreateIndex(
                name: "IX_tasks_sender",
                table: "tasks",
                column: "sender");

            migrationBuilder.CreateIndex(
                name: "IX_tasks_state",
                table: "tasks",
                column: "state");

            migrationBuilder.CreateIndex(
                name: "IX_tasks_to_department",
                table: "tasks",
                column: "to_department");

            migrationBuilder.CreateIndex(
                name: "IX_tasks_to_person",
                table: "tasks",
                column: "to_person");

            migrationBuilder.CreateIndex(
                name: "IX_tokens_Hash",
                table: "tokens",
                column: "Hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_users_Name",
                table: "users",
                column: "Name",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "applied");

            migrationBuilder.DropTable(
                name: "audit");

            migrationBuilder.DropTable(
                name: "cases");

            migrationBuilder.DropTable(
                name: "finding_notes");

            migrationBuilder.DropTable(
                name: "findings");

            migrationBuilder.DropTable(
                name: "LedgerAddressOwners");

            migrationBuilder.DropTable(
                name: "LedgerAddressPairs");

            migrationBuilder.DropTable(
                name: "LedgerAddressTimes");

            migrationBuilder.DropTable(
                name: "LedgerClaims");

            migrationBuilder.DropTable(
                name: "LedgerDevices");

            migrationBuilder.DropTable(
                name: "LedgerEvents");

            migrationBuilder.DropTable(
                name: "LedgerFacts");

            migrationBuilder.DropTable(
                name: "LedgerFields");

            migrationBuilder.DropTable(
                name: "LedgerInterfaces");

            migrationBuilder.DropTable(
                name: "LedgerNumbers");

            migrationBuilder.DropTable(
                name: "LedgerServices");

            migrationBuilder.DropTable(
                name: "published_services");

            migrationBuilder.DropTable(
                name: "publishing_tables");

            migrationBuilder.DropTable(
                name: "register_headings");

            migrationBuilder.DropTable(
                name: "register_imports");

            migrationBuilder.DropTable(
                name: "register_rows");

            migrationBuilder.DropTable(
                name: "sensor_counters");

            migrationBuilder.DropTable(
                name: "sensors");

            migrationBuilder.DropTable(
                name: "sessions");

            migrationBuilder.DropTable(
                name: "sign_in_failures");

            migrationBuilder.DropTable(
                name: "suppressions");

            migrationBuilder.DropTable(
                name: "tasks");

            migrationBuilder.DropTable(
                name: "tokens");

            migrationBuilder.DropTable(
                name: "users");
        }
    }
}
