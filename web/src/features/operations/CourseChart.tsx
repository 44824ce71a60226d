import { useComputedColorScheme } from "@mantine/core";
import { LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

import { useLocale } from "@/shared/text/text";
import { palette } from "@/shared/ui/theme";

import { type CourseLine, optionOf } from "./chartOption";
import classes from "./operations.module.css";

echarts.use([LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

interface CourseChartProps {
  label: string;
  lines: readonly CourseLine[];
  formatted: (value: number) => string;
}

/** Lines over time on a canvas, as wide as there is room. */
export function CourseChart({ label, lines, formatted }: CourseChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts | null>(null);
  const scheme = useComputedColorScheme("light");
  const { format } = useLocale();

  useEffect(() => {
    if (place.current === null) return undefined;
    const made = echarts.init(place.current);
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(place.current);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    const look = { colours: palette[scheme], locale: format, formatted };
    chart.current?.setOption(optionOf(lines, look), { replaceMerge: ["series"] });
  }, [lines, scheme, format, formatted]);

  return <div ref={place} role="img" aria-label={label} className={classes["chart"]} />;
}
