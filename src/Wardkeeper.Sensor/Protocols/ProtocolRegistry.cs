using System.Collections.Immutable;
using Wardkeeper.Sensor.Protocols.Arp;
using Wardkeeper.Sensor.Protocols.Cdp;
using Wardkeeper.Sensor.Protocols.Dhcp;
using Wardkeeper.Sensor.Protocols.Dhcpv6;
using Wardkeeper.Sensor.Protocols.Dns;
using Wardkeeper.Sensor.Protocols.Ftp;
using Wardkeeper.Sensor.Protocols.Hl7;
using Wardkeeper.Sensor.Protocols.Http;
using Wardkeeper.Sensor.Protocols.Lldp;
using Wardkeeper.Sensor.Protocols.Modbus;
using Wardkeeper.Sensor.Protocols.Mongodb;
using Wardkeeper.Sensor.Protocols.Mqtt;
using Wardkeeper.Sensor.Protocols.Mysql;
using Wardkeeper.Sensor.Protocols.NeighbourDiscovery;
using Wardkeeper.Sensor.Protocols.Ntp;
using Wardkeeper.Sensor.Protocols.Postgresql;
using Wardkeeper.Sensor.Protocols.Radius;
using Wardkeeper.Sensor.Protocols.Rdp;
using Wardkeeper.Sensor.Protocols.Redis;
using Wardkeeper.Sensor.Protocols.Rfb;
using Wardkeeper.Sensor.Protocols.Snmp;
using Wardkeeper.Sensor.Protocols.Ssdp;
using Wardkeeper.Sensor.Protocols.Ssh;
using Wardkeeper.Sensor.Protocols.Tds;
using Wardkeeper.Sensor.Protocols.Tls;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>Every protocol that is understood, one line each. Two of them must never say Yes to the same flow; a test holds that.</summary>
internal static class ProtocolRegistry
{
    public static readonly ImmutableArray<Protocol> All =
    [
        Protocol.Of<Dicom.DicomAnalyser>(),
        Protocol.Of<Hl7Analyser>(),
        Protocol.Of<Astm.AstmAnalyser>(),
        Protocol.Of<Poct1a.PoctAnalyser>(),
        Protocol.Of<HttpAnalyser>(),
        Protocol.Of<TlsAnalyser>(),
        Protocol.Of<DnsAnalyser>(),
        Protocol.Of<DhcpAnalyser>(),
        Protocol.Of<Dhcpv6Analyser>(),
        Protocol.Of<SshAnalyser>(),
        Protocol.Of<SnmpAnalyser>(),
        Protocol.Of<RadiusAnalyser>(),
        Protocol.Of<NtpAnalyser>(),
        Protocol.Of<SsdpAnalyser>(),
        Protocol.Of<MysqlAnalyser>(),
        Protocol.Of<PostgresqlAnalyser>(),
        Protocol.Of<TdsAnalyser>(),
        Protocol.Of<RedisAnalyser>(),
        Protocol.Of<MongodbAnalyser>(),
        Protocol.Of<FtpAnalyser>(),
        Protocol.Of<Smtp.SmtpAnalyser>(),
        Protocol.Of<Pop3.Pop3Analyser>(),
        Protocol.Of<Imap.ImapAnalyser>(),
        Protocol.Of<Syslog.SyslogAnalyser>(),
        Protocol.Of<Tftp.TftpAnalyser>(),
        Protocol.Of<Rpc.RpcAnalyser>(),
        Protocol.Of<Rtsp.RtspAnalyser>(),
        Protocol.Of<Skinny.SkinnyAnalyser>(),
        Protocol.Of<H323.H323Analyser>(),
        Protocol.Of<Jetdirect.JetdirectAnalyser>(),
        Protocol.Of<Lpd.LpdAnalyser>(),
        Protocol.Of<Bjnp.BjnpAnalyser>(),
        Protocol.Of<Rsync.RsyncAnalyser>(),
        Protocol.Of<Git.GitAnalyser>(),
        Protocol.Of<Ipmi.IpmiAnalyser>(),
        Protocol.Of<Sip.SipAnalyser>(),
        Protocol.Of<Stun.StunAnalyser>(),
        Protocol.Of<Dtls.DtlsAnalyser>(),
        Protocol.Of<Rtp.RtcpAnalyser>(),
        Protocol.Of<MqttAnalyser>(),
        Protocol.Of<RdpAnalyser>(),
        Protocol.Of<RfbAnalyser>(),
        Protocol.Of<ModbusAnalyser>(),
        Protocol.Of<ArpAnalyser>(),
        Protocol.Of<LldpAnalyser>(),
        Protocol.Of<CdpAnalyser>(),
        Protocol.Of<NeighbourAnalyser>(),
        // Last, for it is the easiest to be mistaken for.
        Protocol.Of<Rtp.RtpAnalyser>(),
    ];
}
