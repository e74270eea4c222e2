using System.Buffers.Binary;
using System.Text;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Emitters.Llrp;

/// <summary>What a reader says of itself when a client asks for its general device capabilities (LLRP 1.1, section 17.2.3.1).</summary>
/// <param name="Maker">IANA private enterprise number of the maker.</param>
/// <param name="Model">The maker's number of the model.</param>
/// <param name="Firmware">Version of its firmware.</param>
/// <param name="Antennas">How many antennas it has.</param>
internal sealed record ReaderIdentity(uint Maker, uint Model, string Firmware, int Antennas)
{
    /// <summary>What a client asks for: these capabilities and no others.</summary>
    public const byte GeneralDeviceCapabilities = 1;

    private const byte Class1Gen2 = 1;
    private const int Ports = 4, Sensitivities = 42, FirmwareAt = 14;

    /// <summary>What a device's model says, with the device's own version.</summary>
    /// <exception cref="LabException">The table of readers has no such model.</exception>
    public static ReaderIdentity Of(HospitalDevice device)
    {
        PlanRow row = PlanTable.Read("readers").FirstOrDefault(row => row["vendor"] == device.Vendor && row["model"] == device.Model)
            ?? throw new LabException($"readers.tsv does not say what a {device.Vendor} {device.Model} ({device.Key}) tells of itself over LLRP; add a row");
        return new((uint)row.Number("maker"), (uint)row.Number("number"), device.SoftwareVersion, row.Number("antennas"));
    }

    /// <summary>The parameter.</summary>
    public byte[] ToBytes()
    {
        byte[] firmware = Encoding.UTF8.GetBytes(Firmware);
        return LlrpParameter.Tlv(
            LlrpParameter.GeneralDeviceCapabilities,
            [
                // It has no clock that is set, and its antennas' properties are fixed.
                LlrpParameter.Short(Antennas), LlrpParameter.Short(0), LlrpParameter.Int(Maker), LlrpParameter.Int(Model), LlrpParameter.Short(firmware.Length), firmware,
                // Index and decibels above the most sensitive; a real reader's table begins like this.
                .. Enumerable.Range(1, Sensitivities).Select(index => LlrpParameter.Tlv(LlrpParameter.ReceiveSensitivityTableEntry, LlrpParameter.Short(index), LlrpParameter.Short(index == 1 ? 0 : index + 8))),
                LlrpParameter.Tlv(LlrpParameter.GpioCapabilities, LlrpParameter.Short(Ports), LlrpParameter.Short(Ports)),
                .. Enumerable.Range(1, Antennas).Select(antenna => LlrpParameter.Tlv(LlrpParameter.PerAntennaAirProtocol, LlrpParameter.Short(antenna), LlrpParameter.Short(1), [Class1Gen2])),
            ]);
    }

    /// <summary>Reads the body of a reader's answer.</summary>
    /// <exception cref="InvalidDataException">A part is missing.</exception>
    public static ReaderIdentity Read(byte[] body)
    {
        byte[] said = LlrpParameter.Of(body, LlrpParameter.GeneralDeviceCapabilities);
        int length = said.Length < FirmwareAt ? int.MaxValue : BinaryPrimitives.ReadUInt16BigEndian(said.AsSpan(FirmwareAt - 2));
        if (length > said.Length - FirmwareAt) throw new InvalidDataException("a reader's capabilities are cut off");
        return new(BinaryPrimitives.ReadUInt32BigEndian(said.AsSpan(4)), BinaryPrimitives.ReadUInt32BigEndian(said.AsSpan(8)), Encoding.UTF8.GetString(said, FirmwareAt, length), BinaryPrimitives.ReadUInt16BigEndian(said));
    }
}
