namespace Wardkeeper.Sensor.Capture;

/// <summary>What the first byte of a captured frame belongs to: the LINKTYPE_ values that the decoder understands (tcpdump.org/linktypes).</summary>
internal enum LinkType
{
    Null = 0,
    Ethernet = 1,
    Ppp = 9,
    Raw = 12,
    RawOpenBsd = 14,
    PppHdlc = 50,
    RawLinkType = 101,
    CiscoHdlc = 104,
    Ieee80211 = 105,
    Loop = 108,
    LinuxSll = 113,
    Ieee80211Radiotap = 127,
    Ppi = 192,
    Ipv4 = 228,
    Ipv6 = 229,
    Nflog = 239,
    LinuxSll2 = 276,
}
