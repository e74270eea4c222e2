namespace Wardkeeper.Lab.Hospital;

/// <summary>The lab's hospital keeps Chinese time.</summary>
internal static class HospitalTime
{
    /// <summary>Hours that its clocks are ahead of Greenwich.</summary>
    public const int HoursEastOfGreenwich = 8;

    /// <summary>A time of a day as a moment.</summary>
    public static DateTimeOffset At(DateOnly date, TimeSpan time) => new(date.ToDateTime(TimeOnly.MinValue) + time, TimeSpan.FromHours(HoursEastOfGreenwich));

    /// <summary>A moment as captures count it, microseconds since 1970.</summary>
    public static long Microseconds(this DateTimeOffset moment) => (moment - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
