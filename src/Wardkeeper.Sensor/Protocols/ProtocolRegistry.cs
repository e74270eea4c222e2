using System.Collections.Immutable;
using Wardkeeper.Sensor.Protocols.Arp;
using Wardkeeper.Sensor.Protocols.Btle;
using Wardkeeper.Sensor.Protocols.Cdp;
using Wardkeeper.Sensor.Protocols.DceRpc;
using Wardkeeper.Sensor.Protocols.Dhcp;
using Wardkeeper.Sensor.Protocols.Dhcpv6;
using Wardkeeper.Sensor.Protocols.Dns;
using Wardkeeper.Sensor.Protocols.Eapol;
using Wardkeeper.Sensor.Protocols.Ftp;
using Wardkeeper.Sensor.Protocols.Hl7;
using Wardkeeper.Sensor.Protocols.Hsrp;
using Wardkeeper.Sensor.Protocols.Http;
using Wardkeeper.Sensor.Protocols.Http2;
using Wardkeeper.Sensor.Protocols.Igmp;
using Wardkeeper.Sensor.Protocols.Kerberos;
using Wardkeeper.Sensor.Protocols.Lacp;
using Wardkeeper.Sensor.Protocols.Ldap;
using Wardkeeper.Sensor.Protocols.Lldp;
using Wardkeeper.Sensor.Protocols.Modbus;
using Wardkeeper.Sensor.Protocols.Mongodb;
using Wardkeeper.Sensor.Protocols.Mqtt;
using Wardkeeper.Sensor.Protocols.Mysql;
using Wardkeeper.Sensor.Protocols.NeighbourDiscovery;
using Wardkeeper.Sensor.Protocols.NetBiosDatagram;
using Wardkeeper.Sensor.Protocols.Ntp;
using Wardkeeper.Sensor.Protocols.Ospf;
using Wardkeeper.Sensor.Protocols.Postgresql;
using Wardkeeper.Sensor.Protocols.Quic;
using Wardkeeper.Sensor.Protocols.Radius;
using Wardkeeper.Sensor.Protocols.Rdp;
using Wardkeeper.Sensor.Protocols.Redis;
using Wardkeeper.Sensor.Protocols.Rfb;
using Wardkeeper.Sensor.Protocols.Smb;
using Wardkeeper.Sensor.Protocols.Snmp;
using Wardkeeper.Sensor.Protocols.Ssdp;
using Wardkeeper.Sensor.Protocols.Ssh;
using Wardkeeper.Sensor.Protocols.Stp;
using Wardkeeper.Sensor.Protocols.Tds;
using Wardkeeper.Sensor.Protocols.Tls;
using Wardkeeper.Sensor.Protocols.Vrrp;
using Wardkeeper.Sensor.Protocols.Wlan;
using Wardkeeper.Sensor.Protocols.Wpan;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>Every protocol that is understood, one line each, and those of <see cref="Labels.LabelTable"/> that are only recognised. Two of them must never say Yes to the same flow; a test holds that.</summary>
internal static class ProtocolRegistry
{
    public static readonly ImmutableArray<Protocol> All =
    [
        Protocol.Of<Dicom.DicomAnalyser>(),
        Protocol.Of<Hl7Analyser>(),
        Protocol.Of<Astm.AstmAnalyser>(),
        Protocol.Of<Poct1a.PoctAnalyser>(),
        Protocol.Of<DataExport.DataExportAnalyser>(),
        Protocol.Of<Ieee11073.PhdAnalyser>(),
        Protocol.Of<Llrp.LlrpAnalyser>(),
        Protocol.Of<HttpAnalyser>(),
        Protocol.Of<Http2Analyser>(),
        Protocol.Of<Websocket.WebsocketAnalyser>(),
        Protocol.Of<Socks.SocksAnalyser>(),
        Protocol.Of<TlsAnalyser>(),
        Protocol.Of<QuicAnalyser>(),
        Protocol.Of<DnsAnalyser>(),
        Protocol.Of<DhcpAnalyser>(),
        Protocol.Of<Dhcpv6Analyser>(),
        Protocol.Of<SshAnalyser>(),
        Protocol.Of<KerberosAnalyser>(),
        Protocol.Of<LdapAnalyser>(),
        Protocol.Of<SmbAnalyser>(),
        Protocol.Of<NetBiosDatagramAnalyser>(),
        Protocol.Of<DceRpcAnalyser>(),
        Protocol.Of<Telnet.TelnetAnalyser>(),
        Protocol.Of<SerialServers.AddpAnalyser>(),
        Protocol.Of<SerialServers.LantronixAnalyser>(),
        Protocol.Of<SerialServers.MoxaAnalyser>(),
        Protocol.Of<SnmpAnalyser>(),
        Protocol.Of<RadiusAnalyser>(),
        Protocol.Of<NtpAnalyser>(),
        Protocol.Of<SsdpAnalyser>(),
        Protocol.Of<WsDiscovery.WsDiscoveryAnalyser>(),
        Protocol.Of<MysqlAnalyser>(),
        Protocol.Of<PostgresqlAnalyser>(),
        Protocol.Of<TdsAnalyser>(),
        Protocol.Of<RedisAnalyser>(),
        Protocol.Of<MongodbAnalyser>(),
        Protocol.Of<Tns.TnsAnalyser>(),
        Protocol.Of<Cql.CqlAnalyser>(),
        Protocol.Of<Memcached.MemcachedAnalyser>(),
        Protocol.Of<FtpAnalyser>(),
        Protocol.Of<FtpDataAnalyser>(),
        Protocol.Of<Smtp.SmtpAnalyser>(),
        Protocol.Of<Pop3.Pop3Analyser>(),
        Protocol.Of<Imap.ImapAnalyser>(),
        Protocol.Of<Syslog.SyslogAnalyser>(),
        Protocol.Of<Tftp.TftpAnalyser>(),
        Protocol.Of<Rpc.RpcAnalyser>(),
        Protocol.Of<Rtsp.RtspAnalyser>(),
        Protocol.Of<Skinny.SkinnyAnalyser>(),
        Protocol.Of<H323.H323Analyser>(),
        Protocol.Of<H323.RasAnalyser>(),
        Protocol.Of<H323.H245Analyser>(),
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
        Protocol.Of<Amqp.AmqpAnalyser>(),
        Protocol.Of<Kafka.KafkaAnalyser>(),
        Protocol.Of<Nats.NatsAnalyser>(),
        Protocol.Of<Stomp.StompAnalyser>(),
        Protocol.Of<Coap.CoapAnalyser>(),
        Protocol.Of<Xmpp.XmppAnalyser>(),
        Protocol.Of<Irc.IrcAnalyser>(),
        Protocol.Of<Slp.SlpAnalyser>(),
        Protocol.Of<RdpAnalyser>(),
        Protocol.Of<RfbAnalyser>(),
        Protocol.Of<DameWare.DameWareAnalyser>(),
        Protocol.Of<Sstp.SstpAnalyser>(),
        Protocol.Of<Ipsec.IpsecAnalyser>(),
        Protocol.Of<OpenVpn.OpenVpnAnalyser>(),
        Protocol.Of<WireGuard.WireGuardAnalyser>(),
        Protocol.Of<ModbusAnalyser>(),
        Protocol.Of<Bacnet.BacnetAnalyser>(),
        Protocol.Of<S7comm.S7Analyser>(),
        Protocol.Of<S7comm.S7PlusAnalyser>(),
        Protocol.Of<Enip.EnipAnalyser>(),
        Protocol.Of<Enip.CipDataAnalyser>(),
        Protocol.Of<Dnp3.Dnp3Analyser>(),
        Protocol.Of<Iec104.Iec104Analyser>(),
        Protocol.Of<Opcua.OpcuaAnalyser>(),
        Protocol.Of<Knx.KnxAnalyser>(),
        Protocol.Of<HartIp.HartIpAnalyser>(),
        Protocol.Of<Fins.FinsAnalyser>(),
        Protocol.Of<Slmp.SlmpAnalyser>(),
        Protocol.Of<GeSrtp.GeSrtpAnalyser>(),
        Protocol.Of<Profinet.DcpAnalyser>(),
        Protocol.Of<Sctp.SctpAnalyser>(),
        Protocol.Of<ArpAnalyser>(),
        Protocol.Of<LldpAnalyser>(),
        Protocol.Of<CdpAnalyser>(),
        Protocol.Of<StpAnalyser>(),
        Protocol.Of<LacpAnalyser>(),
        Protocol.Of<EapolAnalyser>(),
        Protocol.Of<WlanAnalyser>(),
        Protocol.Of<BtleAnalyser>(),
        Protocol.Of<WpanAnalyser>(),
        Protocol.Of<HsrpAnalyser>(),
        Protocol.Of<Glbp.GlbpAnalyser>(),
        Protocol.Of<VrrpAnalyser>(),
        Protocol.Of<IgmpAnalyser>(),
        Protocol.Of<OspfAnalyser>(),
        Protocol.Of<NeighbourAnalyser>(),
        .. Labels.LabelTable.All,
        // Last, for it is the easiest to be mistaken for.
        Protocol.Of<Rtp.RtpAnalyser>(),
    ];
}
