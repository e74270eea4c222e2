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
        ["amqp"] = (["reply_code"], ["method", "exchange", "queue", "routing_key"]),
        ["amqp_connection"] = (["reply_code"], ["server", "client", "user", "virtual_host"]),
        ["arp"] = ([], ["op", "sender_ip", "target_ip"]),
        ["astm"] = (["status"], ["sender", "receiver", "tests"]),
        ["btle"] = (["pairing_method", "reason_code"], ["kind", "name", "company", "attribute", "value"]),
        ["bjnp"] = (["status"], ["command", "device", "model"]),
        ["cda"] = (["status_code"], ["method", "code", "author_software"]),
        ["cdp"] = ([], ["device_id", "platform", "port_id"]),
        ["dce_rpc"] = (["fault", "return_code"], ["endpoint", "operation", "arguments"]),
        ["coap"] = (["status"], ["method", "host", "uri"]),
        ["cql"] = (["error", "result"], ["operation", "statement", "user"]),
        ["dameware"] = ([], ["version"]),
        ["bacnet"] = (["result"], ["pdu_service", "object_id", "device_instance", "vendor"]),
        ["cipio"] = ([], ["connections"]),
        ["data_export"] = (["status"], ["kind", "object_class", "model", "bed_label"]),
        ["dhcp"] = ([], ["msg_types", "host_name", "assigned_addr"]),
        ["dhcpv6"] = (["status"], ["msg_types", "host_name"]),
        ["dicom"] = (["status_text", "status", "reject_reason", "abort_reason", "result", "ended", "state", "status_code"], ["command", "operation", "sop_class_name", "kind", "calling_ae", "called_ae"]),
        ["dnp3"] = (["fc_reply"], ["fc_request", "objects", "control", "product"]),
        ["dns"] = (["rcode_name"], ["query", "qtype_name"]),
        ["eapol"] = (["eap_code"], ["type", "method", "identity", "key_message"]),
        ["elasticsearch"] = (["status_code"], ["operation", "index", "product"]),
        ["enip"] = (["cip_status", "status"], ["command", "service", "class", "symbol", "product_name"]),
        ["dpws"] = (["fault", "invocation_state", "status_code"], ["action", "manufacturer", "model", "operation"]),
        ["fhir"] = (["status_code"], ["operation", "resource_type"]),
        ["files"] = (["traits"], ["source", "format", "mime_type", "filename"]),
        ["fins"] = (["end_code"], ["command", "model"]),
        ["ftp"] = (["reply_code"], ["command", "arg", "user"]),
        ["grpc"] = (["status"], ["service", "method"]),
        ["hart_ip"] = (["response_code", "status"], ["message", "command_name", "tag"]),
        ["git"] = (["error"], ["service", "repository"]),
        ["ge_srtp"] = (["error"], ["service", "privilege_level"]),
        ["glbp"] = (["state"], ["group", "virtual_ip"]),
        ["h225_ras"] = (["outcome"], ["kind", "aliases", "product"]),
        ["h245"] = ([], ["kind", "media", "media_address"]),
        ["h323"] = ([], ["kind", "source", "destination"]),
        ["hl7"] = (["ack"], ["message_type", "msh_3", "msh_5"]),
        ["hsrp"] = (["state"], ["operation", "group", "virtual_ip"]),
        ["http"] = (["status_code"], ["method", "host", "uri"]),
        ["igmp"] = ([], ["kind", "version", "groups"]),
        ["ieee11073"] = (["status"], ["operation", "kind", "profiles", "model"]),
        ["ipp"] = (["status", "printer_state", "job_state"], ["operation", "make_and_model", "printer_name"]),
        ["ipsec"] = (["established"], ["exchange", "chosen", "identity"]),
        ["lacp"] = ([], ["actor_system", "actor_port", "partner_system", "partner_port"]),
        ["kerberos"] = (["error_msg", "success"], ["request_type", "client", "service"]),
        ["ldap"] = (["result"], ["opcode", "object", "argument"]),
        ["ldap_search"] = (["result"], ["base_object", "filter"]),
        ["irc"] = ([], ["command", "value", "nick"]),
        ["kafka"] = (["error"], ["request", "client_id", "topics", "group"]),
        ["iec104"] = (["answer"], ["kind", "type", "object_address", "value"]),
        ["knx"] = (["status"], ["service", "friendly_name", "application", "destination"]),
        ["lldp"] = ([], ["system_name", "port_id"]),
        ["memcache"] = (["status"], ["command", "version"]),
        ["llrp"] = (["status", "connection"], ["message", "manufacturer", "firmware", "tags"]),
        ["imap"] = (["result"], ["command", "arg", "user"]),
        ["ipmi"] = (["status"], ["kind", "user", "vendor"]),
        ["jetdirect"] = ([], ["language", "user", "model"]),
        ["lpd"] = (["status"], ["command", "queue"]),
        ["modbus"] = (["exception"], ["func", "address", "quantity"]),
        ["mongodb"] = (["error", "success"], ["command", "database", "collection"]),
        ["mqtt_connect"] = (["connect_status"], ["client_id", "user"]),
        ["mqtt_publish"] = ([], ["topic", "payload_kind"]),
        ["mqtt_subscribe"] = ([], ["action", "topics"]),
        ["mysql"] = (["error", "success"], ["cmd", "arg", "database"]),
        ["nbdgm"] = ([], ["kind", "source", "destination"]),
        ["ntlm"] = (["success"], ["domainname", "username", "hostname", "server_nb_computer_name"]),
        ["nats"] = (["error"], ["operation", "subject"]),
        ["nats_connection"] = ([], ["server_name", "server_version", "client_name", "user"]),
        ["ntp"] = ([], ["mode", "stratum"]),
        ["opcua"] = (["status"], ["service", "endpoint_url", "server_name", "user"]),
        ["openvpn"] = (["established"], ["protection", "digest"]),
        ["ospf"] = ([], ["type", "router_id", "area"]),
        ["pn_dcp"] = (["error"], ["service", "station_name", "station_type", "control"]),
        ["poct1a"] = (["ack"], ["message_type", "model", "commands"]),
        ["pop3"] = (["success"], ["command", "user"]),
        ["postgresql"] = (["backend_arg", "success"], ["frontend", "frontend_arg", "user", "database"]),
        ["quic"] = ([], ["version", "server_name", "client_protocol"]),
        ["radius"] = (["result"], ["kind", "username", "nas", "nas_port"]),
        ["rdp"] = (["result"], ["security_protocol", "client_name", "cookie"]),
        ["redis"] = (["error", "reply"], ["cmd_name"]),
        ["rfb"] = (["auth"], ["authentication_method", "desktop_name"]),
        ["smb"] = (["status", "success"], ["dialect", "user"]),
        ["smb_files"] = (["status"], ["action", "path", "name"]),
        ["smb_mapping"] = (["status"], ["path", "share_type", "user"]),
        ["s7comm"] = (["error"], ["function", "subfunction", "block", "module_type"]),
        ["s7comm_plus"] = ([], ["function", "order_number"]),
        ["sctp"] = (["abort"], ["chunk_types", "payload_protocols"]),
        ["serial_server"] = (["status"], ["kind", "vendor", "model", "host_name"]),
        ["rpc"] = (["status"], ["program", "procedure", "name"]),
        ["rsync"] = (["error"], ["module", "version"]),
        ["rtp"] = ([], ["codec", "ssrc", "cname"]),
        ["rtsp"] = (["status_code"], ["method", "uri"]),
        ["sip"] = (["status_code", "status_msg"], ["method", "request_from", "request_to"]),
        ["skinny"] = ([], ["device_name", "messages"]),
        ["slmp"] = (["end_code"], ["command", "model"]),
        ["smtp"] = (["last_reply"], ["mailfrom", "rcptto", "subject"]),
        ["snmp"] = ([], ["version", "display_string"]),
        ["snmp_values"] = ([], ["object", "value"]),
        ["socks"] = (["status", "auth_method"], ["command", "request.host", "request.name", "request_p"]),
        ["srvloc"] = (["error"], ["kind", "service_type", "urls"]),
        ["ssdp"] = ([], ["kind", "search_target", "notify_type", "usn"]),
        ["ssh"] = ([], ["client", "server"]),
        ["sstp"] = (["status_code", "reason"], ["kind", "host"]),
        ["ssh_session"] = (["shape"], ["client_bytes", "server_bytes"]),
        ["ssl"] = (["last_alert"], ["version", "server_name"]),
        ["stp"] = (["port_state"], ["version", "kind", "root_mac", "bridge_mac", "port_role"]),
        ["tds"] = (["error", "success"], ["command", "argument", "user", "database"]),
        ["vrrp"] = ([], ["virtual_router", "priority", "addresses"]),
        ["stomp"] = ([], ["command", "destination", "user"]),
        ["tns"] = (["error", "result"], ["service_name", "sid", "program", "client_user"]),
        ["tns_login"] = (["error", "success"], ["user", "program", "machine"]),
        ["websocket"] = ([], ["host", "uri", "subprotocol"]),
        ["websocket_traffic"] = (["close_code"], ["client_kind", "server_kind"]),
        ["wireguard"] = (["established"], ["initiations"]),
        ["wlan"] = (["reason", "status_code"], ["kind", "ssid", "bssid", "security"]),
        ["wpan"] = (["status_code"], ["kind", "pan", "sender_extended", "sender_short", "key_kind"]),
        ["winrm"] = (["fault", "status_code"], ["action", "resource", "command"]),
        ["telnet"] = (["success"], ["kind", "user", "host_name", "baud", "payload"]),
        ["ws_discovery"] = ([], ["kind", "types", "endpoint"]),
        ["stun"] = (["class"], ["method", "software"]),
        ["syslog"] = (["severity"], ["facility", "app", "message"]),
        ["tftp"] = (["error_msg"], ["wrq", "fname"]),
        ["x509"] = ([], ["certificate.subject"]),
        ["xmpp"] = (["success"], ["from", "to", "user", "start_tls"]),
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
