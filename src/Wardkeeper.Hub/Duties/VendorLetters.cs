using System.Text;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Reach;
using Wardkeeper.Hub.Sites;

namespace Wardkeeper.Hub.Duties;

/// <summary>The month's letter to a vendor. Pure.</summary>
internal static class VendorLetters
{
    /// <summary>Addresses and ways in that a letter names; the page names all.</summary>
    private const int MostAddresses = 3, MostWays = 10;

    /// <summary>The letter.</summary>
    /// <param name="contact">To whom.</param>
    /// <param name="month">The month it is about, as 2026-11.</param>
    /// <param name="vendor">What is told.</param>
    /// <param name="look">How letters look.</param>
    public static Letter Summary(SiteContact contact, string month, VendorSummary vendor, LetterLook look)
    {
        StringBuilder body = new();
        void Line(string key, params object[] values) => body.AppendLine(LetterTexts.Format(key, look.IsChinese, values));
        Line("summary.head", contact.Of, month);
        body.AppendLine();
        Line("summary.vendor.devices", vendor.Devices, vendor.NewDevices);
        if (vendor.Exposures.Count == 0) Line("summary.none");
        else Line("summary.vendor.open", vendor.Exposures.Sum(kind => kind.Open), vendor.Exposures.Sum(kind => kind.New));
        foreach (ExposureCount kind in vendor.Exposures) Line("summary.kind", FindingTexts.NameOfType(kind.Type, look.IsChinese), kind.Open);
        if (vendor.Ways.Count > 0) Line("summary.vendor.ways", vendor.Ways.Count);
        foreach (VendorWay way in vendor.Ways.Take(MostWays)) Line("summary.vendor.way", way.From, Ledger.Live.LiveDevice.NameOf(way.Device), way.Protocol, way.Sessions, look.Time(way.Last));
        if (vendor.Reach is { } reach)
        {
            Line("summary.vendor.reach", reach.Addresses.Count, reach.Reaches, reach.Of, reach.Zones.Count, reach.OfZones);
            foreach (HeldAddress held in reach.Addresses.Take(MostAddresses)) Line("summary.vendor.address", held.Line.Ip, held.Line.Reaches, held.Line.Zones.Count);
        }
        Line("summary.vendor.tasks", vendor.Open, vendor.Overdue, vendor.Answered);
        return new Letter($"summary/{month}/{contact.Kind}/{contact.Of}", contact.Mail, LetterTexts.Format("summary.subject", look.IsChinese, look.Hospital, contact.Of, month), body.ToString());
    }
}
