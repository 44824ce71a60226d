import type { ReactNode } from "react";

interface IconProps {
  children: ReactNode;
}

/** 16 by 16, in the colour of the text; hidden from screen readers, because a word always stands beside it. */
function Icon({ children }: IconProps) {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

export const ErrorIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="6.25" />
    <path d="M8 4.75v4M8 11.2v.05" />
  </Icon>
);

export const OkIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="6.25" />
    <path d="m5.3 8.2 1.9 1.9 3.5-4" />
  </Icon>
);

export const WarnIcon = () => (
  <Icon>
    <path d="M8 2 1.75 13.25h12.5zM8 6.5v3M8 11.4v.05" />
  </Icon>
);

export const InfoIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="6.25" />
    <path d="M8 7.5v3.5M8 4.9v.05" />
  </Icon>
);

export const NoDataIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="6.25" strokeDasharray="2.5 2.4" />
    <path d="M5.5 8h5" />
  </Icon>
);

export const ChevronDownIcon = () => (
  <Icon>
    <path d="m4 6 4 4 4-4" />
  </Icon>
);

export const ChevronRightIcon = () => (
  <Icon>
    <path d="m6 4 4 4-4 4" />
  </Icon>
);

export const SearchIcon = () => (
  <Icon>
    <circle cx="7" cy="7" r="4.5" />
    <path d="m10.5 10.5 3.5 3.5" />
  </Icon>
);

export const PlusIcon = () => (
  <Icon>
    <path d="M8 3v10M3 8h10" />
  </Icon>
);

export const MenuIcon = () => (
  <Icon>
    <path d="M2 4h12M2 8h12M2 12h12" />
  </Icon>
);

export const UserIcon = () => (
  <Icon>
    <circle cx="8" cy="5.25" r="2.75" />
    <path d="M2.75 14c.6-2.9 2.6-4.25 5.25-4.25S12.650 11.1 13.25 14" />
  </Icon>
);
