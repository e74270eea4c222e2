using System.Collections.Frozen;

namespace Wardkeeper.Console.Pages.Traffic;

/// <summary>Which fields of a log stand in the table of transactions when only that log is looked at; the others can be chosen.</summary>
internal static class LogColumns
{
    private const int WithoutChoice = 5;

    private static readonly FrozenDictionary<string, string[]> Chosen = new Dictionary<string, string[]>
    {
        ["arp"] = ["op", "sender_ip", "sender_mac", "target_ip"],
        ["astm"] = ["sender_role", "model", "serial", "records", "tests", "patients"],
        ["cda"] = ["method", "code", "patients", "author_model", "custodian"],
        ["cdp"] = ["device_id", "platform", "port_id", "software_version"],
        ["dhcp"] = ["msg_types", "host_name", "mac", "assigned_addr", "vendor_class"],
        ["dhcpv6"] = ["msg_type", "client_fqdn", "client_mac", "addresses"],
        ["dicom"] = ["calling_ae", "called_ae", "kind", "command", "sop_class_name", "modality", "duration"],
        ["dns"] = ["query", "qtype_name", "answers", "rtt"],
        ["fhir"] = ["method", "operation", "resource_type", "uri", "patients"],
        ["ftp"] = ["user", "command", "arg", "greeting"],
        ["hl7"] = ["message_type", "msh_3", "msh_4", "msh_5", "patient", "ack_after"],
        ["http"] = ["method", "host", "uri", "user_agent", "response_body_len"],
        ["lldp"] = ["system_name", "port_id", "manufacturer", "model", "serial_number"],
        ["modbus"] = ["unit", "func", "address", "quantity"],
        ["mongodb"] = ["command", "database", "collection", "application"],
        ["mqtt_connect"] = ["client_id", "user", "has_password", "proto_version"],
        ["mqtt_publish"] = ["topic", "payload_kind", "payload_len", "from_client"],
        ["mqtt_subscribe"] = ["action", "topics", "ack"],
        ["mysql"] = ["cmd", "arg", "database", "rows", "program"],
        ["nd"] = ["op", "target", "link_address", "prefixes"],
        ["ntp"] = ["version", "mode", "stratum", "ref_id"],
        ["poct1a"] = ["message_type", "sender_role", "model", "serial", "tests", "patients"],
        ["postgresql"] = ["user", "database", "application_name", "frontend", "frontend_arg"],
        ["radius"] = ["kind", "username", "mac", "nas", "nas_port", "method"],
        ["rdp"] = ["cookie", "client_name", "security_protocol", "encryption_level"],
        ["redis"] = ["cmd_name", "arguments", "reply_size"],
        ["rfb"] = ["authentication_method", "auth", "desktop_name", "width", "height"],
        ["snmp"] = ["version", "community_default", "get_requests", "set_requests", "display_string"],
        ["snmp_values"] = ["object", "value"],
        ["ssdp"] = ["kind", "st", "nt", "server", "location"],
        ["ssh"] = ["client", "server", "cipher_alg", "host_key_alg"],
        ["ssl"] = ["version", "server_name", "cipher", "established", "ja4"],
        ["tds"] = ["user", "database", "command", "argument", "client_host"],
        ["x509"] = ["certificate.subject", "certificate.issuer", "certificate.not_valid_after", "certificate.key_length", "self_signed"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Logs with a choice of their own.</summary>
    public static IReadOnlyCollection<string> Logs => Chosen.Keys;

    /// <summary>Fields that are shown; of a log nobody chose for, the first that it writes.</summary>
    public static IReadOnlyList<string> Of(string log) => Chosen.GetValueOrDefault(log) ?? [.. FieldMeanings.FieldsOf(log).Take(WithoutChoice)];

    /// <summary>Fields that can be chosen besides.</summary>
    public static IReadOnlyList<string> More(string log) => [.. FieldMeanings.FieldsOf(log).Except(Of(log), StringComparer.Ordinal)];
}
