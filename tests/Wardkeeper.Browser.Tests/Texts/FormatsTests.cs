using System.Globalization;
using Wardkeeper.Console.Texts;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Browser.Tests.Texts;

public class FormatsTests
{
    private static readonly CaptureTime Evening = CaptureTime.FromSeconds(1_795_449_570, 250_000_000);

    [Theory]
    [InlineData("Asia/Shanghai", "2026-11-23 23:59:30", "UTC+08:00")]
    [InlineData("UTC", "2026-11-23 15:59:30", "UTC+00:00")]
    [InlineData("America/St_Johns", "2026-11-23 12:29:30", "UTC-03:30")]
    [InlineData("Nowhere/Else", "2026-11-23 15:59:30", "UTC+00:00")]
    public void Time_is_the_persons(string zone, string time, string offset)
    {
        Formats formats = In("en");
        formats.Use(zone);
        Assert.Equal(time, formats.Time(Evening));
        Assert.Equal(time + ".250", formats.Time(Evening, milliseconds: true));
        Assert.Equal(offset, formats.Offset(Evening));
    }

    [Theory]
    [InlineData(0, "0", "0")]
    [InlineData(99_999, "99,999", "99,999")]
    [InlineData(123_456, "12.3 万", "123,456")]
    public void Headlines_shorten_large_numbers_in_Chinese(long count, string chinese, string english)
    {
        Assert.Equal(chinese, In("zh-CN").Headline(count));
        Assert.Equal(english, In("en").Headline(count));
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_000, "1 kB")]
    [InlineData(812_300, "812 kB")]
    [InlineData(999_700, "1 MB")]
    [InlineData(1_250_000_000, "1.3 GB")]
    public void Bytes_are_decimal(long bytes, string text) => Assert.Equal(text, Formats.Bytes(bytes));

    [Theory]
    [InlineData(0.999, "99 %")]
    [InlineData(1, "100 %")]
    [InlineData(0.6, "60 %")]
    public void Confidence_is_never_rounded_up_to_certainty(double confidence, string text) => Assert.Equal(text, Formats.Percent(confidence));

    [Theory]
    [InlineData(3, "3 s ago", "3 秒前")]
    [InlineData(180, "3 min ago", "3 分钟前")]
    [InlineData(10_800, "3 h ago", "3 小时前")]
    [InlineData(259_200, "3 d ago", "3 天前")]
    [InlineData(-5, "0 s ago", "0 秒前")]
    public void Distance_in_time_has_one_unit(long seconds, string english, string chinese)
    {
        CaptureTime later = new(Evening.Nanoseconds + (seconds * CaptureTime.PerSecond));
        Assert.Equal(english, In("en").Ago(Evening, later));
        Assert.Equal(chinese, In("zh-CN").Ago(Evening, later));
    }

    private static Formats In(string language)
    {
        CultureInfo before = CultureInfo.CurrentUICulture;
        try
        {
            CultureInfo.CurrentUICulture = new CultureInfo(language);
            return new Formats();
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }
}
