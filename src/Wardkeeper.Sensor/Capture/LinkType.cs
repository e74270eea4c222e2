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
    Prism = 119,
    Ieee80211Radiotap = 127,
    Ieee80211Avs = 163,
    Ppi = 192,
    Ieee802154 = 195,
    Ipv4 = 228,
    Ipv6 = 229,
    Ieee802154NoFcs = 230,
    Nflog = 239,
    BluetoothLe = 251,
    BluetoothLeWithHeader = 256,
    NordicBle = 272,
    LinuxSll2 = 276,
    Ieee802154Tap = 283,
}
