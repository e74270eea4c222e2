namespace Wardkeeper.Sensor.Protocols.Dicom;

/// <summary>
/// What one flow's objects said of the device that made them, so that it is stated once. A sender whose objects come from several
/// devices hands on what others made; from then on nothing is stated.
/// </summary>
internal sealed class DeviceMemory
{
    private (string? Manufacturer, string? Model, string? Serial, string? Software, string? Station)? last;
    private bool isMixed;

    /// <summary>Whether an exchange says something of a device that was not stated yet.</summary>
    public bool IsNews(DimseExchange exchange)
    {
        if (isMixed || !exchange.IsOfDevice) return false;
        (string?, string?, string?, string?, string?) now = (exchange.Manufacturer, exchange.Model, exchange.SerialNumber, exchange.SoftwareVersions, exchange.Station);
        if (now == default && exchange.Modality is null) return false;
        if (last == now) return false;
        isMixed = last is { } before && (before.Manufacturer, before.Model, before.Serial) != (exchange.Manufacturer, exchange.Model, exchange.SerialNumber);
        last = now;
        return !isMixed;
    }

    /// <summary>As new.</summary>
    public void Clear() => (last, isMixed) = (null, false);
}
