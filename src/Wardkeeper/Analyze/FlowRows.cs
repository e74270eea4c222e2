using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Analyze;

/// <summary>Writes flows with the names and units of Zeek's conn log, and the Community ID and hardware addresses beside them.</summary>
internal static class FlowRows
{
    public static void Write(JsonRows rows, FlowRecord flow) => rows.Line(flow, static (row, flow) => Fields(row, flow));

    private static void Fields(RowWriter row, FlowRecord flow)
    {
        FlowView view = flow.View;
        row.Time("ts"u8, view.Began);
        row.Text("uid"u8, view.Uid);
        row.End("id.orig_h"u8, view.OriginatorAddress);
        row.Number("id.orig_p"u8, view.OriginatorPort);
        row.End("id.resp_h"u8, view.ResponderAddress);
        row.Number("id.resp_p"u8, view.ResponderPort);
        row.Text("proto"u8, Transport(view));
        row.Text("service"u8, flow.Service);
        row.Span("duration"u8, flow.Duration);
        row.Number("orig_bytes"u8, flow.OriginatorBytes);
        row.Number("resp_bytes"u8, flow.ResponderBytes);
        row.Text("conn_state"u8, flow.ConnState);
        row.Flag("local_orig"u8, flow.LocalOriginator);
        row.Flag("local_resp"u8, flow.LocalResponder);
        row.Number("missed_bytes"u8, flow.MissedBytes);
        row.Text("history"u8, flow.History.Length == 0 ? null : flow.History);
        row.Number("orig_pkts"u8, flow.OriginatorPackets);
        row.Number("orig_ip_bytes"u8, flow.OriginatorIpBytes);
        row.Number("resp_pkts"u8, flow.ResponderPackets);
        row.Number("resp_ip_bytes"u8, flow.ResponderIpBytes);
        row.Texts("tunnel_parents"u8, flow.Parents);
        row.Number("vlan"u8, view.Vlan == 0 ? null : view.Vlan);
        row.Number("inner_vlan"u8, flow.InnerVlan == 0 ? null : flow.InnerVlan);
        row.Text("community_id"u8, flow.CommunityId);
        row.Mac("src_mac"u8, view.OriginatorMac);
        row.Mac("dst_mac"u8, view.ResponderMac);
        row.Number("icmp_errors"u8, flow.IcmpErrors == 0 ? null : flow.IcmpErrors);
        row.Text("icmp_error"u8, flow.IcmpError);
        row.Text("reset_forged"u8, flow.ResetForged);
    }

    private static string Transport(FlowView view) => view.IpProtocol switch
    {
        1 or 58 => "icmp",
        6 => "tcp",
        17 => "udp",
        2 => "igmp",
        47 => "gre",
        50 => "esp",
        51 => "ah",
        89 => "ospf",
        103 => "pim",
        112 => "vrrp",
        132 => "sctp",
        _ => $"ip-{view.IpProtocol}",
    };
}
