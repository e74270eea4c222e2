using System.Collections.Frozen;
using System.Text.Json;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Storage.History;

/// <summary>What a list shows of a transaction: how it ended and what was said, taken from the row's own fields, so without a word of any language.</summary>
internal static class TransactionSummary
{
    private const int MaxLength = 200;

    // By log: fields of which the first present is the status, and fields whose values tell what was said.
    private static readonly FrozenDictionary<string, (string[] Status, string[] What)> Fields = new Dictionary<string, (string[], string[])>
    {
        ["arp"] = ([], ["op", "sender_ip", "target_ip"]),
        ["astm"] = (["status"], ["sender", "receiver", "tests"]),
        ["bjnp"] = (["status"], ["command", "device", "model"]),
        ["cda"] = (["status_code"], ["method", "code", "author_software"]),
        ["cdp"] = ([], ["device_id", "platform", "port_id"]),
        ["dhcp"] = ([], ["msg_types", "host_name", "assigned_addr"]),
        ["dhcpv6"] = (["status"], ["msg_types", "host_name"]),
        ["dicom"] = (["status_text", "status", "reject_reason", "abort_reason", "result", "ended", "state", "status_code"], ["command", "operation", "sop_class_name", "kind", "calling_ae", "called_ae"]),
        ["dns"] = (["rcode_name"], ["query", "qtype_name"]),
        ["fhir"] = (["status_code"], ["operation", "resource_type"]),
        ["ftp"] = (["reply_code"], ["command", "arg", "user"]),
        ["git"] = (["error"], ["service", "repository"]),
        ["h323"] = ([], ["kind", "source", "destination"]),
        ["hl7"] = (["ack"], ["message_type", "msh_3", "msh_5"]),
        ["http"] = (["status_code"], ["method", "host", "uri"]),
        ["imap"] = (["result"], ["command", "arg", "user"]),
        ["ipmi"] = (["status"], ["kind", "user", "vendor"]),
        ["jetdirect"] = ([], ["language", "user", "model"]),
        ["lldp"] = ([], ["system_name", "port_id"]),
        ["lpd"] = (["status"], ["command", "queue"]),
        ["modbus"] = (["exception"], ["func", "address", "quantity"]),
        ["mongodb"] = (["error", "success"], ["command", "database", "collection"]),
        ["mqtt_connect"] = (["connect_status"], ["client_id", "user"]),
        ["mqtt_publish"] = ([], ["topic", "payload_kind"]),
        ["mqtt_subscribe"] = ([], ["action", "topics"]),
        ["mysql"] = (["error", "success"], ["cmd", "arg", "database"]),
        ["ntp"] = ([], ["mode", "stratum"]),
        ["poct1a"] = (["ack"], ["message_type", "model", "commands"]),
        ["pop3"] = (["success"], ["command", "user"]),
        ["postgresql"] = (["backend_arg", "success"], ["frontend", "frontend_arg", "user", "database"]),
        ["radius"] = (["result"], ["kind", "username", "nas", "nas_port"]),
        ["rdp"] = (["result"], ["security_protocol", "client_name", "cookie"]),
        ["redis"] = (["error", "reply"], ["cmd_name"]),
        ["rfb"] = (["auth"], ["authentication_method", "desktop_name"]),
        ["rpc"] = (["status"], ["program", "procedure", "name"]),
        ["rsync"] = (["error"], ["module", "version"]),
        ["rtp"] = ([], ["codec", "ssrc", "cname"]),
        ["rtsp"] = (["status_code"], ["method", "uri"]),
        ["sip"] = (["status_code", "status_msg"], ["method", "request_from", "request_to"]),
        ["skinny"] = ([], ["device_name", "messages"]),
        ["smtp"] = (["last_reply"], ["mailfrom", "rcptto", "subject"]),
        ["snmp"] = ([], ["version", "display_string"]),
        ["snmp_values"] = ([], ["object", "value"]),
        ["ssdp"] = ([], ["kind", "search_target", "notify_type", "usn"]),
        ["ssh"] = ([], ["client", "server"]),
        ["ssl"] = (["last_alert"], ["version", "server_name"]),
        ["stun"] = (["class"], ["method", "software"]),
        ["syslog"] = (["severity"], ["facility", "app", "message"]),
        ["tds"] = (["error", "success"], ["command", "argument", "user", "database"]),
        ["tftp"] = (["error_msg"], ["wrq", "fname"]),
        ["x509"] = ([], ["certificate.subject"]),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Status and short text of a row; null where the row says nothing of it.</summary>
    public static (string? Status, string? What) Of(TransactionRow row)
    {
        if (!Fields.TryGetValue(row.Log, out (string[] Status, string[] What) fields)) return (null, null);
        string?[] status = new string?[fields.Status.Length], what = new string?[fields.What.Length];
        Utf8JsonReader reader = new(row.Json.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int inStatus = Find(ref reader, fields.Status), inWhat = Find(ref reader, fields.What);
            reader.Read();
            if (inStatus < 0 && inWhat < 0)
            {
                reader.Skip();
                continue;
            }
            string? value = Value(ref reader);
            if (inStatus >= 0) status[inStatus] = value;
            if (inWhat >= 0) what[inWhat] = value;
        }
        string text = string.Join(' ', what.Where(one => !string.IsNullOrEmpty(one)));
        return (Cut(status.FirstOrDefault(one => !string.IsNullOrEmpty(one))), Cut(text));
    }

    private static int Find(ref Utf8JsonReader reader, string[] names)
    {
        for (int i = 0; i < names.Length; i++)
        {
            if (reader.ValueTextEquals(names[i])) return i;
        }
        return -1;
    }

    private static string? Value(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String) return reader.GetString();
        if (reader.TokenType == JsonTokenType.Number) return System.Text.Encoding.ASCII.GetString(reader.ValueSpan);
        if (reader.TokenType is JsonTokenType.True or JsonTokenType.False) return reader.TokenType == JsonTokenType.True ? "✓" : "✗";
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            List<string> values = [];
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType == JsonTokenType.String) values.Add(reader.GetString()!);
                else reader.Skip();
            }
            return string.Join(',', values);
        }
        reader.Skip();
        return null;
    }

    private static string? Cut(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        return text.Length <= MaxLength ? text : text[..MaxLength];
    }
}
