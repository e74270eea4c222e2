namespace Wardkeeper.Sensor.Decode;

/// <summary>What a fragment's headers say about it.</summary>
/// <param name="HeaderEnd">Where the headers end that every fragment repeats.</param>
/// <param name="NextAt">IPv6: where the number of the fragment header stands, which the protocol replaces.</param>
/// <param name="ContentAt">Where its content begins.</param>
/// <param name="Offset">Where its content belongs, in bytes.</param>
/// <param name="More">Whether more fragments follow.</param>
/// <param name="Id">The datagram's identification.</param>
/// <param name="Protocol">What the datagram carries.</param>
/// <param name="IsV6">Whether it is IPv6.</param>
internal readonly record struct FragmentPart(int HeaderEnd, int NextAt, int ContentAt, int Offset, bool More, uint Id, byte Protocol, bool IsV6);
